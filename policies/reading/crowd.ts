import { BITS, baseOf, canonical, contains, familyOf, prefixLength } from '#sites/address.ts';

/** Whether an address is one of many, or lies in one of many networks: what firewalls of fifty sites ask millions of times. */
export interface Crowd {
  (address: string): boolean;
  /** Its members in one form, where all of them are single addresses. */
  singles?: ReadonlySet<string>;
}

/** Single addresses are looked up; only networks are tried in turn, and once for each address. What is no address is nobody's. */
export function crowd(wanted: readonly string[]): Crowd {
  const single = new Set<string>();
  const networks: string[] = [];
  for (const each of wanted) {
    if (!each.includes('/')) single.add(oneForm(each));
    else if (prefixLength(each) === BITS[familyOf(each)]) single.add(oneForm(baseOf(each)));
    else networks.push(each);
  }
  if (networks.length === 0)
    return Object.assign((address: string) => single.has(oneForm(address)), { singles: single });
  const known = new Map<string, boolean>();
  return (address) => {
    const is =
      known.get(address) ??
      (single.has(oneForm(address)) || networks.some((network) => contains(network, address)));
    known.set(address, is);
    return is;
  };
}

/** Which of many things are about an address, in their order: those about single addresses are looked up, the others asked. */
export function lookup<Thing>(
  things: readonly Thing[],
  crowdOf: (thing: Thing) => Crowd,
): (address: string) => Thing[] {
  const single = new Map<string, number[]>();
  const others: number[] = [];
  for (const [index, thing] of things.entries()) {
    const { singles } = crowdOf(thing);
    if (!singles) others.push(index);
    for (const each of singles ?? []) {
      const found = single.get(each) ?? [];
      found.push(index);
      single.set(each, found);
    }
  }
  return (address) =>
    [...(single.get(oneForm(address)) ?? []), ...others.filter((index) => crowdOf(things[index]!)(address))]
      .sort((a, b) => a - b)
      .map((index) => things[index]!);
}

const forms = new Map<string, string>();
/** `2001:db8:0::1` and `2001:db8::1` are one address. */
export function oneForm(address: string): string {
  const known = forms.get(address);
  if (known !== undefined) return known;
  const form = read(address);
  forms.set(address, form);
  return form;
}
function read(address: string): string {
  try {
    return canonical(address);
  } catch {
    return address;
  }
}

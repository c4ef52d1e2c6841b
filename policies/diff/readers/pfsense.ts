import type { Data } from '../../reading/objects.ts';

/**
 * The configuration of a pfSense: aliases by their names and what they stand for, rules by interface and by what they say
 * they are for, in their order, which decides; translations by the address that the world sees. A tracker is a number in the order
 * of the rules, and says nothing: a rule that comes first would rename all others.
 *
 * @see https://docs.netgate.com/pfsense/en/latest/config/xml-configuration-file.html
 */
export function pfsense(xml: string): Data {
  const whole = element(xml)?.pfsense;
  if (typeof whole !== 'object') return undefined;
  const { aliases, filter, nat, virtualip, ...others } = whole;
  return {
    ...others,
    aliases: Object.fromEntries(
      all(aliases?.alias).map(({ name, address, ...rest }) => [
        name,
        {
          ...rest,
          addresses: String(address ?? '')
            .split(' ')
            .filter(Boolean),
        },
      ]),
    ),
    nat: {
      ...nat,
      ...(nat?.outbound
        ? { outbound: { ...nat.outbound, rules: named(nat.outbound.rule), rule: undefined } }
        : {}),
      onetoone: byKey(nat?.onetoone, 'external'),
    },
    virtualip: byKey(virtualip?.vip, 'subnet'),
    filter: { ...filter, rules: named(filter?.rule), rule: undefined },
  };
}

/** A list, whether an element stands there once, often or not at all. */
const all = (value: Data): Data[] =>
  [value ?? []].flat().filter((each: Data) => typeof each === 'object' && each !== null);

/** Two of one address are distinguished by their numbers. */
const byKey = (value: Data, key: string): Data =>
  Object.fromEntries(numbered(all(value).map((each) => [String(each[key] ?? '?'), each])));

/** Rules with a name each: interface, and what it is for. */
function named(value: Data): Data[] {
  const rules = all(value).map(({ tracker: _, ...rule }): [string, Data] => [
    `${rule.interface ?? 'any'}: ${rule.descr ?? '?'}`,
    rule,
  ]);
  return numbered(rules).map(([name, rule]) => ({ name, ...rule }));
}
function numbered(pairs: [string, Data][]): [string, Data][] {
  const times = new Map<string, number>();
  return pairs.map(([name, value]) => {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return [time === 1 ? name : `${name} (${time})`, value];
  });
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const plain = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name]!);

/** XML without attributes, as pfSense keeps it: a map of the elements within, a list where one is repeated, `true` where one is empty. */
function element(xml: string): Data {
  const inner = xml.replace(/<\?.*?\?>|<!--[\s\S]*?-->/g, '');
  if (!/<\w/.test(inner)) return plain(inner.trim());
  const found: Data = {};
  const open = /<([\w.-]+)\s*(?:\/>|>)/g;
  for (let match = open.exec(inner); match; match = open.exec(inner)) {
    const [tag, name = ''] = match;
    let said: Data = true;
    if (!tag.endsWith('/>')) {
      const end = closing(inner, name, open.lastIndex);
      if (end < 0) return undefined;
      said = element(inner.slice(open.lastIndex, end));
      open.lastIndex = end + name.length + 3;
    }
    found[name] = name in found ? [found[name], said].flat() : said;
  }
  return found;
}
/** Where the element ends whose beginning was read: one of the same name may stand within. */
function closing(xml: string, name: string, from: number): number {
  const tag = new RegExp(`<(/?)${name}\\s*>`, 'g');
  tag.lastIndex = from;
  let depth = 1;
  for (let match = tag.exec(xml); match; match = tag.exec(xml)) {
    depth += match[1] ? -1 : 1;
    if (depth === 0) return match.index;
  }
  return -1;
}

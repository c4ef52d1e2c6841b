import { familyOf, fromNumber, rangeOf } from '../address.ts';
import type { Addr, AddressMap, Net } from './address-map.ts';

/** Whether an address lies in a network of its family. */
export const inside = (net: Net, { family, value }: Addr): boolean =>
  family === net.family && net.first <= value && value <= net.last;

/** The addresses that must lie in a network. */
export const residents = (net: Net, { addresses }: AddressMap): Addr[] =>
  addresses.filter(
    ({ home, family }) => home?.site.code === net.at[0] && home?.name === net.at[2] && family === net.family,
  );

/** Whether addresses must lie in a network and none of them does: then the network is what is wrong. */
export function isDeserted(net: Net, addressMap: AddressMap): boolean {
  const all = residents(net, addressMap);
  return all.length > 1 && !all.some((each) => inside(net, each));
}

/**
 * The network that a person probably meant by one that cannot be: the one of the same size around all that must lie in it,
 * where they are together, else the next one that nobody has.
 */
export function betterNetwork(net: Net, addressMap: AddressMap): string | undefined {
  return around(net, addressMap) ?? freeNetwork(net, addressMap);
}

function around(net: Net, addressMap: AddressMap): string | undefined {
  const inIt = residents(net, addressMap);
  const [first] = inIt;
  if (!first) return undefined;
  const { first: start } = rangeOf(`${first.text}/${net.text.split('/')[1]}`);
  const network = `${fromNumber(net.family, start)}/${net.text.split('/')[1]}`;
  const range = rangeOf(network);
  const together = inIt.every(({ value }) => range.first <= value && value <= range.last);
  return together && range.first !== net.first && isFree(range, net, addressMap) ? network : undefined;
}

/** Whether no other network has an address of a range. */
export const isFree = (range: { first: bigint; last: bigint }, except: Net, { nets }: AddressMap): boolean =>
  !nets.some(
    (net) =>
      net !== except && net.family === except.family && net.first <= range.last && range.first <= net.last,
  );

/** Networks that are everybody's to use. @see https://www.rfc-editor.org/rfc/rfc1918 https://www.rfc-editor.org/rfc/rfc4193 */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'].map((text) => ({
  family: familyOf(text),
  ...rangeOf(text),
}));

/**
 * A network of the same size that nobody has, the next one after this. Only among those that are private: every other one is
 * somebody's.
 */
function freeNetwork(wanted: Net, { nets }: AddressMap): string | undefined {
  const size = wanted.last - wanted.first + 1n;
  const same = nets.filter(({ family }) => family === wanted.family);
  const block = PRIVATE.find(
    ({ family, first, last }) => family === wanted.family && first <= wanted.first && wanted.last <= last,
  );
  if (!block) return undefined;
  const search = (start: bigint, end: bigint): string | undefined => {
    for (let first = start; first + size - 1n <= end; first += size) {
      const last = first + size - 1n;
      const hit = same.find((net) => net.first <= last && first <= net.last);
      if (!hit) return `${fromNumber(wanted.family, first)}/${wanted.text.split('/')[1]}`;
      if (hit.last > last) first = (hit.last / size) * size;
    }
    return undefined;
  };
  return search(wanted.first, block.last) ?? search(block.first, wanted.first - 1n);
}

/**
 * The smallest network in which all that must lie in one have a place of a host's, where nobody else has an address of it.
 * A network of a /29 or longer leaves nothing for who comes later, so it is a /28 or a /124 at least.
 */
export function fittingNetwork(net: Net, addressMap: AddressMap): string | undefined {
  const all = residents(net, addressMap);
  const [one] = all;
  if (!one) return undefined;
  for (
    let length = net.family === 'ipv4' ? 28 : 124;
    length >= (net.family === 'ipv4' ? 16 : 48);
    length -= 1
  ) {
    const range = rangeOf(`${one.text}/${length}`);
    if (!isFree(range, net, addressMap)) return undefined;
    if (all.every(({ value }) => range.first < value && value < range.last))
      return `${fromNumber(net.family, range.first)}/${length}`;
  }
  return undefined;
}

/** An address of a network that nobody has: with the same last part as the wanted one where that is free. */
export function freeAddress(network: Net, wanted: bigint, { taken }: AddressMap): string | undefined {
  const free = (value: bigint) =>
    value > network.first && value < network.last && !taken.has(`${network.family} ${value}`);
  const same = network.first + (wanted & (network.last - network.first));
  for (const start of [same, network.first + 1n]) {
    for (let value = start; value < start + 4096n && value < network.last; value += 1n) {
      if (free(value)) return fromNumber(network.family, value);
    }
  }
  return undefined;
}

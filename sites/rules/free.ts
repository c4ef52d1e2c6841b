import { fromNumber, rangeOf } from '../address.ts';
import type { Addr, Net, Plan } from './plan.ts';

/** Whether an address lies in a network of its family. */
export const inside = (net: Net, { family, value }: Addr): boolean =>
  family === net.family && net.first <= value && value <= net.last;

/** The addresses that must lie in a network. */
export const residents = (net: Net, { addresses }: Plan): Addr[] =>
  addresses.filter(
    ({ home, family }) => home?.site.code === net.at[0] && home?.name === net.at[2] && family === net.family,
  );

/** Whether addresses must lie in a network and none of them does: then the network is what is wrong. */
export function isDeserted(net: Net, plan: Plan): boolean {
  const all = residents(net, plan);
  return all.length > 1 && !all.some((each) => inside(net, each));
}

/**
 * The network that a person probably meant by one that cannot be: the one of the same size around all that must lie in it,
 * where they are together, else the next one that nobody has.
 */
export function betterNetwork(net: Net, plan: Plan): string | undefined {
  return around(net, plan) ?? freeNetwork(net, plan);
}

function around(net: Net, plan: Plan): string | undefined {
  const inIt = residents(net, plan);
  const [first] = inIt;
  if (!first) return undefined;
  const { first: start } = rangeOf(`${first.text}/${net.text.split('/')[1]}`);
  const network = `${fromNumber(net.family, start)}/${net.text.split('/')[1]}`;
  const range = rangeOf(network);
  const together = inIt.every(({ value }) => range.first <= value && value <= range.last);
  return together && range.first !== net.first && isFree(range, net, plan) ? network : undefined;
}

/** Whether no other network has an address of a range. */
export const isFree = (range: { first: bigint; last: bigint }, except: Net, { nets }: Plan): boolean =>
  !nets.some(
    (net) =>
      net !== except && net.family === except.family && net.first <= range.last && range.first <= net.last,
  );

/** A network of the same size that nobody has, the next one after this. */
function freeNetwork(wanted: Net, { nets }: Plan): string | undefined {
  const size = wanted.last - wanted.first + 1n;
  const same = nets.filter(({ family }) => family === wanted.family);
  for (let first = wanted.first; ; first += size) {
    const last = first + size - 1n;
    if (last >= 1n << (wanted.family === 'ipv4' ? 32n : 128n)) return undefined;
    const hit = same.find((net) => net.first <= last && first <= net.last);
    if (!hit) return `${fromNumber(wanted.family, first)}/${wanted.text.split('/')[1]}`;
    first = (hit.last / size) * size;
  }
}

/** An address of a network that nobody has: with the same last part as the wanted one where that is free. */
export function freeAddress(network: Net, wanted: bigint, { taken }: Plan): string | undefined {
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

import { familyOf, fromNumber, rangeOf, toNumber } from '../../sites/address.ts';

/**
 * Addresses of a network that OpenStack may give away itself (to its DHCP servers, to amphorae): the upper half of the network
 * where the model has fixed none there, and it stays so however many hosts are added below; else the upper half of the
 * largest gap between those, so that a host added beside its like finds its address free.
 *
 * @throws when the gap has fewer than four addresses: balancers need two each to move
 */
export function allocationPool(network: string, taken: string[]): { start: string; end: string } {
  const family = familyOf(network);
  const { first, last } = rangeOf(network);
  // Neither the network's own address, nor the router's, nor the broadcast address.
  const fixed = taken.filter((each) => familyOf(each) === family).map(toNumber);
  const middle = first + (last - first + 1n) / 2n;
  if (last - middle >= 4n && fixed.every((each) => each < middle || each >= last))
    return { start: fromNumber(family, middle), end: fromNumber(family, last - 1n) };
  const edges = [first + 1n, ...fixed, last];
  const sorted = edges.filter((each) => each > first && each <= last).sort((a, b) => (a < b ? -1 : 1));
  let gap = { start: 0n, size: 0n };
  for (const [index, address] of sorted.entries()) {
    const next = sorted[index + 1];
    const size = next === undefined ? 0n : next - address - 1n;
    if (size > gap.size) gap = { start: address + 1n, size };
  }
  if (gap.size < 4n)
    throw new Error(`${network} has no four addresses in a row left for OpenStack's own use`);
  const half = gap.start + gap.size / 2n;
  return { start: fromNumber(family, half), end: fromNumber(family, gap.start + gap.size - 1n) };
}

import { familyOf, rangeOf, toNumber } from './address.ts';

/**
 * Addresses that OpenStack needs for itself beside those that a site's file names: in the network of the hosts for its DHCP
 * servers; in that of the balancers two for each of three (Octavia keeps a pair), two while a pair is replaced, and two for DHCP.
 * @see https://docs.openstack.org/octavia/latest/contributor/specs/version0.8/active_passive_loadbalancer.html
 */
export const POOL_MIN = { nodes: 4, balancers: 10 } as const;

/** The largest run of addresses of a network that nobody has: neither its own, nor the router's, nor broadcast, nor those taken. */
export function largestGap(network: string, taken: readonly string[]): { start: bigint; size: bigint } {
  const { first, last } = rangeOf(network);
  const family = familyOf(network);
  const fixed = taken.filter((each) => familyOf(each) === family).map(toNumber);
  const edges = [first + 1n, ...fixed, last];
  const sorted = edges.filter((each) => each > first && each <= last).sort((a, b) => (a < b ? -1 : 1));
  let gap = { start: 0n, size: 0n };
  for (const [index, address] of sorted.entries()) {
    const next = sorted[index + 1];
    const size = next === undefined ? 0n : next - address - 1n;
    if (size > gap.size) gap = { start: address + 1n, size };
  }
  return gap;
}

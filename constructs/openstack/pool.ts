import { type Family, fromNumber, rangeOf, toNumber } from '#sites/address.ts';
import { largestGap } from '#sites/pool.ts';

export interface PoolProps {
  family: Family;
  /** In CIDR notation. */
  network: string;
  /** Addresses of the model in it. */
  taken: string[];
  /** How many at least, as `POOL_MIN` has it; a network that has no room for them is refused before. */
  needed: number;
}

/**
 * Addresses of a network that OpenStack may give away itself (to its DHCP servers, to amphorae): the upper half of the network
 * where the model has fixed none there, and it stays so however many hosts are added below; else the upper half of the
 * largest gap between those, so that a host added beside its like finds its address free. Where half is too few, as many as
 * are needed.
 */
export function allocationPool({ family, network, taken, needed }: PoolProps): {
  start: string;
  end: string;
} {
  const { first, last } = rangeOf(network);
  // Neither the network's own address, nor the router's, nor the broadcast address.
  const fixed = taken.map(toNumber);
  const middle = first + (last - first + 1n) / 2n;
  if (last - middle >= BigInt(needed) && fixed.every((each) => each < middle || each >= last))
    return { start: fromNumber(family, middle), end: fromNumber(family, last - 1n) };
  const { start, size } = largestGap(network, taken);
  const half = size - size / 2n;
  const given = half < BigInt(needed) ? BigInt(needed) : half;
  return { start: fromNumber(family, start + size - given), end: fromNumber(family, start + size - 1n) };
}

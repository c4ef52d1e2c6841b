import { FAMILIES, type PerFamily, prefixLength } from '#sites/address.ts';
import type { Host, Site } from '#sites/model.ts';
import { workers } from '#sites/questions.ts';

/** The address of a family that stands so many places after the first of a network. */
export function nth(network: string, place: number): string {
  const base = network.split('/')[0]!;
  if (!network.includes(':')) {
    const bytes = base.split('.').map(Number);
    const value = bytes.reduce((sum, each) => sum * 256 + each, 0) + place;
    return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
  }
  const [head = '', tail = '0'] = [
    base.slice(0, base.lastIndexOf(':')),
    base.slice(base.lastIndexOf(':') + 1) || '0',
  ];
  return `${head}:${(Number.parseInt(tail, 16) + place).toString(16)}`;
}

/** The part of the pods' networks that a node gives from. */
export function rangesOf(site: Site, index: number): PerFamily {
  const { ipv4, ipv6 } = site.kubernetes!.pods;
  return {
    ...(ipv4 ? { ipv4: `${nth(ipv4, 256 * (index + 1))}/24` } : {}),
    ...(ipv6 ? { ipv6: `${nth(ipv6, 256 * (index + 1))}/${Math.max(120, prefixLength(ipv6))}` } : {}),
  };
}

/** Where a host finds the pods of nodes, of all others at least. */
export const podRoutes = (site: Site, host: Host): string[] =>
  workers(site).flatMap((other, place) =>
    other.name === host.name
      ? []
      : FAMILIES.flatMap((family) => {
          const range = rangesOf(site, place)[family];
          return range && other.address[family]
            ? [`ip ${family === 'ipv6' ? '-6 ' : ''}route replace ${range} via ${other.address[family]}`]
            : [];
        }),
  );

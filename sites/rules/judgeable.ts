import { preference } from '../derive.ts';
import type { Path } from '../load/problem.ts';
import type { PlatformInput, SiteInput } from '../schema/schema.ts';
import { AddressMap } from './address-map.ts';
import type { Part, SitePart } from './parts.ts';
import type { RuleInput } from './rule.ts';

/** What one file says, and the paths in it that have no shape that can be judged; an empty path is the whole file. */
export interface Read {
  data: unknown;
  broken: Path[];
}

/** What can still be judged of files with mistakes in them. */
export function judgeable(platform: Read, sites: [code: string, read: Read][]): RuleInput {
  const shared = part<PlatformInput>(platform);
  const rank = preference(shared.database?.leases);
  const parts = sites.map(([code, read]): SitePart => {
    const site = part<SiteInput>(read);
    return { ...site, code, networks: site.networks ?? {}, hosts: site.hosts ?? {}, sizes: site.sizes ?? {} };
  });
  const seen = { platform: shared, sites: parts.sort((a, b) => rank(a.code, b.code)) };
  return { ...seen, addressMap: new AddressMap(seen) };
}

/** Maps of which single entries can be left out; of everything else a broken part takes its whole key along. */
const MAPS = new Set(['networks', 'hosts', 'sizes']);

function part<T extends object>({ data, broken }: Read): Part<T> {
  const none = broken.some((path) => path.length === 0) || !isMap(data);
  const left: Record<string, unknown> = none ? {} : { ...data };
  for (const [top, entry] of broken) {
    const key = String(top);
    if (MAPS.has(key) && entry !== undefined && isMap(left[key])) {
      const { [String(entry)]: _, ...others } = left[key] as Record<string, unknown>;
      left[key] = others;
    } else delete left[key];
  }
  const lost = new Set(broken.map(([top]) => String(top)));
  return { ...(left as Partial<T>), whole: (...keys) => !none && !keys.some((key) => lost.has(String(key))) };
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import type { HostInput, PlatformInput, SiteInput } from '../schema/schema.ts';

/**
 * The files' words, less what has no shape that can be judged. A rule that reads one value finds it or does not; a rule that
 * counts or concludes from what is absent asks first whether the part is `whole`.
 */
export interface Parts {
  platform: Part<PlatformInput>;
  /** In the order of the lease preference, then by code: where two sites disagree, the later one is reported. */
  sites: SitePart[];
}
export type Part<T> = Partial<T> & { whole(...keys: (keyof T)[]): boolean };

export interface SitePart extends Omit<Part<SiteInput>, 'networks' | 'hosts' | 'sizes'> {
  code: string;
  networks: Partial<SiteInput['networks']>;
  hosts: Record<string, HostInput>;
  sizes: NonNullable<SiteInput['sizes']>;
}

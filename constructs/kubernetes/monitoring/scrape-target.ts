import { preferred, withPort } from '#sites/address.ts';
import type { Host, Site } from '#sites/model.ts';
import { reachable } from '#sites/questions.ts';

/** One job of `scrape_configs`. */
export type Job = Record<string, unknown> & { job_name: string };

/** What Prometheus asks, and what it calls it. */
export interface Target {
  /** Where it listens. */
  address: string;
  port: number;
  /** The code of its site. */
  site: string;
  /** Its own name: of a host, or of what stands for one. */
  instance: string;
  /** Further labels. @default none */
  more?: Record<string, string>;
}
export const target = ({ address, port, site, instance, more = {} }: Target) => ({
  targets: [withPort(address, port)],
  labels: { site, instance, ...more },
});
/** A host, at an address that it is reached by from here. */
export const hostTarget = (host: Host, at: Pick<Target, 'address' | 'port' | 'more'>) =>
  target({ ...at, site: host.site, instance: host.name });
/** A host of the own site. */
export const nearTarget = (host: Host, port: number) =>
  hostTarget(host, { address: preferred(host.address), port });
/** From inside a site by the private address, between sites by the one that the world reaches. */
export const dialled = (host: Host, from: Site): string =>
  host.site === from.code ? preferred(host.address) : reachable(host);

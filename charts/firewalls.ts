import { isFirewalled, nftables } from '../constructs/nftables.ts';
import type { Model, Site } from '../sites/model.ts';

/** The firewall of each host that has one of its own. */
export function firewalls(model: Model, site: Site): [path: string, text: string][] {
  return site.hosts
    .filter((host) => isFirewalled(site, host))
    .map((host) => [`hosts/${host.name}/etc/nftables.conf`, nftables({ model, site, host })]);
}

import type { AtHost } from '#constructs/at-site.ts';
import type { TextFile } from '#constructs/text-file.ts';
import type { Host, Site } from '#sites/model.ts';
import { hasHaproxy } from '#sites/site-kinds.ts';
import { historyFiles } from '../kubernetes/monitoring/history.ts';
import { access } from './access.ts';
import { clock } from './clock.ts';
import { journal } from './journal.ts';
import { fixedAddresses } from './network.ts';
import { nodeExporter } from './node-exporter.ts';
import { shutdownDelay } from './shutdown.ts';
import { timeSourcesState } from './time-sources.ts';
import { upgrades } from './upgrades.ts';

/**
 * What every host gets whatever it carries: who may sign in, what its journal may take, when it updates itself. The clock and
 * the exporter of a cluster's hosts come with the cluster (Kubespray, a DaemonSet); the fixed addresses of hosts other than
 * edges come from what made them (Terraform, the hypervisor, the provider).
 */
export function hostFiles(at: AtHost): TextFile[] {
  const { model, site, host } = at;
  return [
    ...access(at),
    journal(host),
    ...upgrades(at),
    ...(inCluster(site, host)
      ? [shutdownDelay()]
      : [...clock({ host, time: model.time }), ...timeSourcesState(), ...nodeExporter(host)]),
    ...historyFiles(site, host),
    ...(hasHaproxy(site) && host.role === 'edge' ? fixedAddresses({ site, host }) : []),
  ];
}

/** Whether Kubespray makes a node of a host. */
export const inCluster = (site: Site, host: Host): boolean =>
  site.kubernetes !== undefined && (host.role === 'control-plane' || host.role === 'worker');

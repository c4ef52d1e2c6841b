import { CannotLook } from '#scripts/lib/main.ts';
import type { Outcome } from '#scripts/lib/run.ts';
import type { Running } from './state.ts';

/** In which namespace and by which names the observers of a site run, as the tree has them. */
export const OBSERVERS = { namespace: 'monitoring', replicas: ['prometheus-0', 'prometheus-1'], port: 9090 };

/** Sites whose API server is on, and so can ask their observers. */
export const observing = ({ lab, state }: Running): string[] =>
  state.kubectl
    ? state.layout.hosts.flatMap((host) =>
        host.role === 'control-plane' && host.site && lab.at(host.name) ? [host.site] : [],
      )
    : [];

/** The host of a site's control plane. @throws CannotLook where it has none here, or it is off */
export function controlPlaneAt({ lab, state }: Running, site: string) {
  const host = state.layout.hosts.find((each) => each.site === site && each.role === 'control-plane');
  if (!host || !state.kubectl) throw new CannotLook(`${site} has no cluster here; start it by --size tiny`);
  const own = lab.at(host.name);
  if (!own) throw new CannotLook(`${host.name} is off; npm run twin -- heal starts it`);
  return own;
}

/** kubectl of a site, in the namespace of its observers. */
export const askCluster = (twin: Running, site: string, ...args: string[]): Promise<Outcome> =>
  controlPlaneAt(twin, site).run(
    [
      ...([twin.state.kubectl!, '--kubeconfig', '/etc/kubernetes/admin.conf'] as const),
      ...['--cache-dir=/run/kubectl', '--namespace', OBSERVERS.namespace, '--request-timeout=20s', ...args],
    ],
    40,
  );

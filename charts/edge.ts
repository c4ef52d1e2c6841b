import { bird } from '../constructs/bird.ts';
import { birdState } from '../constructs/bird-state.ts';
import { conntrackModule, edgeKernel } from '../constructs/edge-kernel.ts';
import { haproxy } from '../constructs/haproxy.ts';
import { keepalived, keepalivedPrograms } from '../constructs/keepalived.ts';
import { restarted } from '../constructs/systemd.ts';
import { both } from '../sites/address.ts';
import { type Host, hostsOf, type Model, type Site } from '../sites/model.ts';

/** Every file of the edges of an on-premises site, at its place on the host. */
export function edge(model: Model, site: Site): [path: string, text: string][] {
  if (site.edge?.kind !== 'haproxy') return [];
  return hostsOf(site, 'edge').flatMap((host) =>
    files({ model, site, host }).map(([path, text]): [string, string] => [
      `hosts/${host.name}/${path}`,
      text,
    ]),
  );
}

function files(place: { model: Model; site: Site; host: Host }): [string, string][] {
  const announces = place.site.routing && both(place.model.anycast).length > 0;
  return [
    ['etc/haproxy/haproxy.cfg', haproxy(place)],
    restarted('haproxy'),
    ['etc/keepalived/keepalived.conf', keepalived(place)],
    restarted('keepalived'),
    ...keepalivedPrograms(),
    ...(announces
      ? ([['etc/bird/bird.conf', bird(place)], restarted('bird'), ...birdState()] as [string, string][])
      : []),
    conntrackModule(),
    ['etc/sysctl.d/60-fredu-edge.conf', edgeKernel()],
  ];
}

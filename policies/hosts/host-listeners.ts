import { both } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { FLOWS, type Flow } from '#sites/traffic/flows.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';
import { type Listener, listeners } from '../reading/listeners.ts';
import { hostsOfParty, sitesReached, sourcesSeen, targetsDialled } from '../reading/parties.ts';

/** A row of the table as it ends on one host. */
interface Door {
  flow: string;
  protocol: Flow['protocol'];
  port?: number;
  addresses: string[];
  /** A balancer's address is one of many on its host: who listens on all of them listens on others too. */
  exact: boolean;
}

export const hostListeners: Policy = {
  id: 'host-listeners',
  title: 'on a host outside the clusters listens exactly what the table of flows leads to',
  why: 'What listens and is not in the table is one mistake of a firewall away from everybody; what is in the table and does not listen is a hole in a firewall for nobody, and a target that is never there.',
  check(model, tree) {
    return model.sites.flatMap((site) =>
      site.hosts.filter((host) => isOurs(site, host)).flatMap((host) => judge({ model, site, host }, tree)),
    );
  },
};

interface HostOfSite {
  model: Model;
  site: Site;
  host: Host;
}
/** Nodes of a cluster run what Kubespray installs; the rest of a host outside one is in the tree. */
const isOurs = (site: Site, host: Host): boolean =>
  !site.kubernetes || host.role === 'edge' || host.role === 'bastion';

function judge(place: HostOfSite, tree: Tree): Finding[] {
  const { site, host } = place;
  const folder = `${site.code}/hosts/${host.name}/`;
  const files = below(tree, folder);
  if (files.length === 0) return [];
  const found = files.flatMap(([path, text]) => listeners(path, path.slice(folder.length), text));
  const doors = doorsOf(place);
  const spare = found.filter((listener) => !doors.some((door) => fits(door, listener)));
  const unheard = doors.filter((door) => !found.some((listener) => fits(door, listener)));
  // One place, one finding, by the first of its flows.
  const missing = [...Map.groupBy(unheard, (door) => `${shown(door)} ${door.addresses}`).values()].map(
    ([door]) => door!,
  );
  return [
    ...spare.map(({ path, text, ...listener }) => ({
      path,
      text,
      message: `${host.name} listens on ${shown(listener)}, and no flow of the table leads there`,
      fix: 'let it listen on loopback only, or add the flow to the table',
    })),
    ...missing.map((door) => ({
      path: files[0]![0],
      message: `the flow ${door.flow} leads to ${shown({ ...door, address: door.exact ? door.addresses[0] : undefined })} of ${host.name}, where nothing listens`,
      fix: 'configure what should listen there, or remove the flow',
    })),
  ];
}

const shown = ({ protocol, port, address }: { protocol: string; port?: number; address?: string }): string =>
  [protocol, port, address ? `at ${address}` : ''].filter(Boolean).join(' ');

const fits = (door: Door, { protocol, port, address }: Listener): boolean =>
  door.protocol === protocol &&
  door.port === port &&
  (address === undefined ? !door.exact : door.addresses.includes(address));

/** Where the table leads on this host, from any source that exists. */
function doorsOf({ model, site, host }: HostOfSite): Door[] {
  const own = [...both(host.address), ...both(host.public)];
  return FLOWS.filter(
    ({ to, protocol }) => protocol !== 'icmp' && hostsOfParty(to, site).includes(host),
  ).flatMap((flow): Door[] => {
    // Without a service address nothing is announced, and no router is spoken to.
    if (flow.from.kind === 'router' && both(model.anycast).length === 0) return [];
    const anybody = model.sites.some(
      (from) =>
        sitesReached(flow, model, from).includes(site) &&
        sourcesSeen(flow.from, model, from, site).some((source) => !own.includes(source)),
    );
    if (!anybody) return [];
    const exact = flow.to.kind === 'balancer';
    const service = flow.to.kind === 'balancer' && flow.to.balancer === 'app' ? both(model.anycast) : [];
    const addresses = exact ? [...targetsDialled(flow.to, site, site), ...service] : own;
    const door = { flow: flow.name, protocol: flow.protocol, exact };
    const ports = flow.ports.length === 0 ? [{}] : flow.ports.map(({ port }) => ({ port }));
    // A balancer serves each of its addresses, in both families; anything else one of its host's.
    const places = exact ? addresses.map((address) => [address]) : [addresses];
    return ports.flatMap((port) => places.map((each) => ({ ...door, ...port, addresses: each })));
  });
}

import type { AtHost } from '#constructs/at-site.ts';
import { type Address, addressesOf, FAMILIES, type Family, ofFamily } from '#sites/address.ts';
import type { Host } from '#sites/model.ts';
import { announced } from '#sites/questions.ts';
import { type Conversation, conversations, isWithin, portsOnHosts } from '#sites/traffic/conversations.ts';
import type { Flow } from '#sites/traffic/flows.ts';
import { isBalancer } from '#sites/traffic/parties.ts';

/** One flow as one host sees it, in one family. */
export interface HostFlow {
  direction: 'in' | 'out';
  family: Family;
  protocol: Flow['protocol'];
  ports: { first: number; last: number }[];
  /** Addresses and networks of the other end; `any` is every address there is. */
  remotes: 'any' | string[];
  /** Addresses of this host that are meant, virtual ones among them. */
  locals: string[];
  flow: Flow;
}

/**
 * What a host without pods takes and sends: each conversation of its site that ends or begins there, by the addresses that
 * packets will have. A host with two legs is met on the one that the other end shares with it.
 */
export function hostFlows(place: AtHost): HostFlow[] {
  return conversations(place.model, place.site).flatMap((each) => {
    const [own, other] = each.way === 'in' ? [each.to, each.from] : [each.from, each.to];
    if (!own.hosts.includes(place.host)) return [];
    const locals = each.way === 'in' ? answersOn(each, place) : legs(place.host).flat();
    return sided(each, other.addresses, locals);
  });
}

/** Where the own site and where everybody else meets a host: an edge has two legs, any other one; its public address is translated. */
const legs = ({ role, address, public: open }: Host): [inner: Address[], outer: Address[]] =>
  role === 'edge' ? [addressesOf(address), addressesOf(open)] : [addressesOf(address), addressesOf(address)];

/** The addresses of a host that a conversation is dialled by. */
function answersOn(conversation: Conversation, { model, site, host }: AtHost): Address[] {
  const { flow, from, to } = conversation;
  // Whichever edge holds a virtual address, each of them takes it.
  if (to.party.kind === 'balancer')
    return [...to.addresses, ...(isBalancer(to.party, 'app') ? addressesOf(announced(model, site)) : [])];
  const [inner, outer] = legs(host);
  if (flow.protocol === 'vrrp') return [...inner, ...outer];
  const isOutside = from.party.kind === 'router' || from.party.kind === 'internet';
  return isWithin(conversation) && !isOutside ? inner : outer;
}

function sided(
  { flow, way }: Conversation,
  others: readonly Address[],
  locals: readonly Address[],
): HostFlow[] {
  const ports = portsOnHosts(flow);
  if (ports.length === 0 && flow.ports.length > 0) return [];
  return FAMILIES.flatMap((family): HostFlow[] => {
    const here = [...new Set(ofFamily(locals, family))];
    const there = [...new Set(ofFamily(others, family))].filter((text) => !here.includes(text));
    if (there.length === 0 || here.length === 0) return [];
    const remotes = there.some((each) => each.endsWith('/0')) ? 'any' : there;
    return [{ direction: way, family, protocol: flow.protocol, ports, remotes, locals: here, flow }];
  });
}

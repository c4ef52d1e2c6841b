import { type Family, fromNumber, prefixLength, rangeOf } from '../address.ts';
import type { AddressMap, Net } from './address-map.ts';
import { betterNetwork, fittingNetwork, isDeserted } from './free.ts';
import { count, eachSite, type Finding, hostsWith, list, type Rule } from './rule.ts';

/**
 * Ranges that no host, pod or client of ours can be in.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry/
 */
const RESERVED: [network: string, what: string][] = [
  ['0.0.0.0/8', 'means "this network"'],
  ['127.0.0.0/8', 'is loopback'],
  ['169.254.0.0/16', 'is link-local'],
  ['224.0.0.0/4', 'is multicast'],
  ['240.0.0.0/4', 'is reserved'],
  ['::/8', 'is loopback, unspecified or reserved'],
  ['fe80::/9', 'is link-local'],
  ['ff00::/8', 'is multicast'],
];
const RANGES = RESERVED.map(([network, what]) => ({ network, what, ...rangeOf(network) }));

/** What a range of addresses runs into, in words. */
export function reservedBy(family: Family, first: bigint, last: bigint): string | undefined {
  const hit = RANGES.find(
    (range) =>
      (range.network.includes(':') ? 'ipv6' : 'ipv4') === family &&
      range.first <= last &&
      first <= range.last,
  );
  return hit && `${hit.network} ${hit.what}`;
}

const hostBits: Rule = {
  code: 'network-host-bits',
  why: 'tools disagree on what it means: some take the network, some refuse it',
  check(input) {
    const administrators = (input.platform.administrators?.networks ?? []).map((text, index) => ({
      at: ['platform', 'administrators', 'networks', index],
      text,
      family: text.includes(':') ? ('ipv6' as const) : ('ipv4' as const),
    }));
    return [...input.addressMap.nets, ...administrators].flatMap(({ at, text, family }): Finding[] => {
      const network = `${fromNumber(family, rangeOf(text).first)}/${prefixLength(text)}`;
      if (canonical(text) === network) return [];
      const fix = `write ${network}`;
      return [
        {
          at,
          message: `${text} is an address inside the network ${network}`,
          fix,
          edit: { at, set: network },
        },
      ];
    });
  },
};
const canonical = (network: string): string => {
  const family: Family = network.includes(':') ? 'ipv6' : 'ipv4';
  const [address = '', length] = network.split('/');
  return `${fromNumber(family, rangeOf(`${address}/${family === 'ipv4' ? 32 : 128}`).first)}/${length}`;
};

const reserved: Rule = {
  code: 'network-reserved',
  why: 'no packet is routed there',
  check: ({ addressMap }) =>
    addressMap.nets.flatMap((net): Finding[] => {
      const { at, label, text, family, first, last } = net;
      const range = reservedBy(family, first, last);
      if (!range) return [];
      const better = betterNetwork(net, addressMap);
      const usable = better && !reservedBy(family, rangeOf(better).first, rangeOf(better).last);
      return [
        {
          at,
          message: `${label} is ${text}, but ${range}`,
          fix: usable ? `write ${better}` : 'write a private or a public network of yours',
          edit: usable ? { at, set: better } : undefined,
        },
      ];
    }),
};

const overlap: Rule = {
  code: 'network-overlap',
  why: 'a packet for an address that two networks share goes to one of them only',
  check({ addressMap }) {
    const clashes = new Map<Net, Set<Net>>();
    const order = new Map(addressMap.nets.map((net, index) => [net, index]));
    const byStart = addressMap.nets
      .filter(({ family, first, last }) => !reservedBy(family, first, last))
      .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : order.get(a)! - order.get(b)!));
    for (const [position, net] of byStart.entries()) {
      for (const other of byStart.slice(position + 1)) {
        if (other.first > net.last) break;
        if (other.family !== net.family || areApart(net, other)) continue;
        clashes.set(net, (clashes.get(net) ?? new Set()).add(other));
        clashes.set(other, (clashes.get(other) ?? new Set()).add(net));
      }
    }
    // One network that lies across several others is one mistake: of two the later one is reported, or the deserted one.
    const findings: Finding[] = [];
    for (;;) {
      const [worst] = [...clashes]
        .filter(([, others]) => others.size > 0)
        .sort(
          ([a, inA], [b, inB]) =>
            inB.size - inA.size ||
            Number(isDeserted(b, addressMap)) - Number(isDeserted(a, addressMap)) ||
            order.get(b)! - order.get(a)!,
        );
      if (!worst) return findings;
      const [net, others] = worst;
      findings.push(
        clash(
          addressMap,
          net,
          [...others].sort((a, b) => order.get(a)! - order.get(b)!),
        ),
      );
      for (const other of others) clashes.get(other)!.delete(net);
      clashes.delete(net);
    }
  },
};
/** Pods and services are known within their cluster only: packets that leave it have a node's address. */
const areApart = (a: Net, b: Net): boolean =>
  a.at[0] !== b.at[0] && [a, b].every(({ at }) => at[1] === 'kubernetes');

function clash(addressMap: AddressMap, net: Net, others: Net[]): Finding {
  const [other] = others as [Net];
  const last = net.last < other.last ? net.last : other.last;
  const first = net.first > other.first ? net.first : other.first;
  const better = betterNetwork(net, addressMap) ?? fittingNetwork(net, addressMap);
  return {
    at: net.at,
    other: other.at,
    message: `${net.label} (${net.text}) shares ${addresses(last - first + 1n)} with ${list(others.map(({ label, text }) => `${label} (${text})`))}`,
    fix: better ? `write ${better} here, which is free` : 'make one of them smaller',
    edit: better ? { at: net.at, set: better } : undefined,
  };
}
const addresses = (number: bigint): string => {
  if (number === 1n) return 'one address';
  return `${number > 1_000_000n ? `2^${number.toString(2).length - 1}` : number} addresses`;
};

/** Limits of Kubernetes and of its installer; nodes get a /24 and a /120 of the pods each (`kube_network_node_prefix`). */
const NODE_PREFIX = { ipv4: 24, ipv6: 120 };
const MASK_DIFFERENCE_MAX = 16;
const SERVICE_BITS_MAX = 20;
/** The tree, Rook and the installer make some 40 services at a site; three times as many fit. */
const SERVICE_BITS_MIN = 7;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.35.4/cmd/kubeadm/app/constants/constants.go (PodSubnetNodeMaskMaxDiff) */
const pods: Rule = {
  code: 'pods-size',
  why: 'a node without a network of its own for pods never becomes ready',
  check: eachSite((site, input) => {
    if (!site.kubernetes || !site.whole('hosts')) return [];
    const nodes = hostsWith(site, 'control-plane').length + hostsWith(site, 'worker').length;
    return input.addressMap.networks(site, 'pods').flatMap(({ at, text, family }): Finding[] => {
      const difference = NODE_PREFIX[family] - prefixLength(text);
      const room = difference < 0 ? 0 : 2 ** difference;
      const needed = Math.ceil(Math.log2(Math.max(1, nodes)));
      const longest = NODE_PREFIX[family] - needed;
      const shortest = NODE_PREFIX[family] - MASK_DIFFERENCE_MAX;
      const allowed = [`/${shortest} to /${longest}`];
      if (room < nodes) {
        const message = `${text} holds ${count(room, 'network')} of /${NODE_PREFIX[family]}, one for each node; ${site.code} has ${count(nodes, 'node')}`;
        return [{ at, message, allowed, fix: `write a network of /${longest} or larger` }];
      }
      if (difference > MASK_DIFFERENCE_MAX) {
        const message = `${text} is ${difference} bits larger than the /${NODE_PREFIX[family]} of a node; Kubernetes takes at most ${MASK_DIFFERENCE_MAX}`;
        return [{ at, message, allowed, ...shrink(at, text, shortest) }];
      }
      return [];
    });
  }),
};

/** @see https://github.com/kubernetes/kubernetes/blob/v1.35.4/cmd/kubeadm/app/constants/constants.go (MaximumBitsForServiceSubnet) */
const services: Rule = {
  code: 'services-size',
  why: 'the installer refuses larger ones, and smaller ones run out',
  check: eachSite((site, input) =>
    input.addressMap.networks(site, 'services').flatMap(({ at, text, family }): Finding[] => {
      const all = family === 'ipv4' ? 32 : 128;
      const bits = all - prefixLength(text);
      const [shortest, longest] = [all - SERVICE_BITS_MAX, all - SERVICE_BITS_MIN];
      const allowed = [`/${shortest} to /${longest}`];
      if (bits > SERVICE_BITS_MAX) {
        const message = `${text} is too large for services: Kubernetes takes /${shortest} or longer`;
        return [{ at, message, allowed, ...shrink(at, text, shortest) }];
      }
      if (bits < SERVICE_BITS_MIN) {
        const message = `${text} has ${2 ** bits} addresses for services; ${2 ** SERVICE_BITS_MIN} are needed`;
        return [{ at, message, allowed, fix: `write a network of /${longest} or larger` }];
      }
      return [];
    }),
  ),
};

function shrink(at: Net['at'], text: string, length: number): Pick<Finding, 'fix' | 'edit'> {
  const network = `${text.split('/')[0]}/${length}`;
  return { fix: `write ${network}`, edit: { at, set: network } };
}

export const networkRules: Rule[] = [hostBits, reserved, overlap, pods, services];

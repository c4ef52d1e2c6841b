import { both } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import { clusterHosts } from './cluster/hosts.ts';
import { frontFirewalls } from './front.ts';
import { type Layout, type LayoutProps, type TwinHost, twinSites } from './parts.ts';
import { playedServers } from './played.ts';
import { edge, inner } from './site-hosts.ts';
import {
  at,
  attackerHost,
  client,
  DELAY_SECONDS,
  names,
  ROUTER,
  router,
  schoolHost,
  students,
  time,
} from './world.ts';

/** Everything that is started, from what the files of the sites have become. */
export function layoutOf(props: LayoutProps): Layout {
  const sites = twinSites(props.model);
  return {
    hosts: [
      router(props.model, sites),
      names(props),
      time(props.model),
      client('student', [...students(), schoolHost()]),
      client('attacker', [attackerHost()]),
      ...sites.flatMap((site, index) => siteHosts(props, site, index + 1)),
    ],
    lines: sites.map(({ code }, index) => ({
      site: code,
      device: `to-${code}`,
      network: `${code}-world`,
      addresses: both(at(index + 1, ROUTER)),
      settings: {
        delaySeconds: DELAY_SECONDS,
        lossPercent: 0,
        megabitsPerSecond: 0,
        cutAB: false,
        cutBA: false,
      },
    })),
  };
}

function siteHosts(props: LayoutProps, site: Site, part: number): TwinHost[] {
  const resolvers = site.kubernetes?.resolvers ?? [];
  const own = [
    ...frontFirewalls(props, site, part),
    ...hostsOf(site, 'edge').map((host) => edge(props, site, host)),
    ...hostsOf(site, 'bastion').map((host) =>
      inner(props, site, host, ['nftables', 'chrony', 'prometheus-node-exporter']),
    ),
    ...(props.cluster ? clusterHosts(props, props.cluster, site) : playedServers(props, site)),
  ];
  return own.map((host) => ({
    ...host,
    site: site.code,
    files: [...host.files, ['etc/resolv.conf', resolvers.map((each) => `nameserver ${each}\n`).join('')]],
  }));
}

import { both } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import { cloudHosts } from './cloud.ts';
import { clusterHosts, databaseOfAll, voters } from './cluster/hosts.ts';
import { frontFirewalls } from './front.ts';
import { type Layout, type LayoutProps, startedSites, type TwinHost } from './parts.ts';
import { playedServers } from './played.ts';
import { edge, innerHost } from './site-hosts.ts';
import {
  at,
  attackerHost,
  client,
  DELAY_SECONDS,
  names,
  onCallHost,
  ROUTER,
  router,
  schoolHost,
  students,
  time,
} from './world.ts';

/** Everything that is started, from what the files of the sites have become. */
export function layoutOf(props: LayoutProps): Layout {
  const sites = startedSites(props.model, props.size);
  return {
    hosts: [
      router(props.model, sites),
      names(props),
      time(props.model),
      client('student', [...students(), schoolHost()]),
      client('attacker', [attackerHost()]),
      ...(props.told ? [onCallHost(props.told)] : []),
      ...(props.size === 'small' ? [databaseOfAll(props)] : []),
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
  const cluster = props.clusters[site.code];
  const firewalls = frontFirewalls(props, site, part);
  const own = [
    ...(firewalls.length > 0 ? firewalls : cloudHosts(props, site, part)),
    ...hostsOf(site, 'edge').map((host) => edge(props, site, host)),
    ...hostsOf(site, 'bastion').map((host) => innerHost(props, site, host)),
    ...(cluster
      ? clusterHosts(props, cluster, site)
      : props.size === 'small'
        ? []
        : playedServers(props, site)),
    ...(props.size === 'small' && site.database?.arbiter ? voters(props, site) : []),
  ];
  return own.map((host) => ({
    ...host,
    site: site.code,
    files: [...host.files, ['etc/resolv.conf', resolvers.map((each) => `nameserver ${each}\n`).join('')]],
  }));
}

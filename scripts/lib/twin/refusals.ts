import { existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import type { Artefacts } from '#charts/artefacts.ts';
import { findingsOf } from '#scripts/lib/judgement.ts';
import { CannotLook } from '#scripts/lib/main.ts';
import { find } from '#scripts/lib/programs.ts';
import { both } from '#sites/address.ts';
import type { Model } from '#sites/model.ts';
import { clusterMissing } from './cluster/prepare.ts';
import { type Size, twinSites } from './parts.ts';
import { cacheFolder } from './state.ts';

/** Programs that a twin starts, by the Debian package that has each. */
const PACKAGES: Record<'entry' | 'tiny', Record<string, string>> = {
  entry: {
    ip: 'iproute2',
    nsenter: 'util-linux',
    unshare: 'util-linux',
    python3: 'python3',
    socat: 'socat',
    openssl: 'openssl',
    haproxy: 'haproxy',
    keepalived: 'keepalived',
    bird: 'bird2',
    nft: 'nftables',
    conntrackd: 'conntrackd',
    chronyd: 'chrony',
    named: 'bind9',
    nginx: 'nginx-light',
    curl: 'curl',
    pgrep: 'procps',
    sysctl: 'procps',
    'systemd-sysusers': 'systemd',
    'prometheus-node-exporter': 'prometheus-node-exporter',
  },
  tiny: {
    containerd: 'containerd',
    runc: 'runc',
    catatonit: 'catatonit',
    buildah: 'buildah',
    mmdebstrap: 'mmdebstrap',
    psql: 'postgresql-client',
    strip: 'binutils',
  },
};
const GIBIBYTE = 2 ** 30;
/** What is free before anything starts, measured with room to spare. */
const NEEDS: Record<Size, { memory: number; disk: number }> = {
  entry: { memory: 1, disk: 1 },
  tiny: { memory: 4, disk: 6 },
  small: { memory: 8, disk: 8 },
};

/** Debian packages that this machine lacks, each with its program. */
export function missingPrograms(size: Size): string[] {
  const wanted = { ...PACKAGES.entry, ...(size === 'entry' ? {} : PACKAGES.tiny) };
  const plugins =
    size !== 'entry' && !existsSync('/usr/lib/cni/ptp') ? ['ptp (package containernetworking-plugins)'] : [];
  return [
    ...plugins,
    ...Object.entries(wanted).flatMap(([program, name]) =>
      find(program) ? [] : [`${program} (package ${name})`],
    ),
  ];
}

/** Why a twin cannot be started on this machine, or nothing. */
export function machineRefuses(size: Size): string | undefined {
  if (process.platform !== 'linux') return 'a twin is made of namespaces of Linux; this is another system';
  if (process.getuid?.() !== 0) return 'a twin needs root, which makes networks and mounts; run it with sudo';
  const missing = missingPrograms(size);
  if (missing.length > 0)
    return `a twin starts ${missing.join(', ')}, which this machine has not; install what is missing`;
  const groups = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup/cgroup.controllers'];
  if (size !== 'entry' && !groups.some((each) => existsSync(each)))
    return `a twin of size ${size} gives its nodes control groups, and none are mounted at /sys/fs/cgroup`;
  if (size !== 'entry' && clusterMissing())
    return `a twin of size ${size} needs Kubernetes: ${clusterMissing()}`;
  const needs = NEEDS[size];
  const memory =
    Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) * 1024;
  if (memory < needs.memory * GIBIBYTE)
    return `${(memory / GIBIBYTE).toFixed(1)} GiB of memory are free, and a twin of size ${size} needs ${needs.memory}`;
  mkdirSync(cacheFolder(), { recursive: true });
  const { bavail, bsize } = statfsSync(cacheFolder());
  if (bavail * bsize < needs.disk * GIBIBYTE)
    return `${((bavail * bsize) / GIBIBYTE).toFixed(1)} GiB of disk are free at ${cacheFolder()}, and a twin of size ${size} needs ${needs.disk}`;
  return undefined;
}

/** @throws CannotLook for sites that cannot be played: laws that are broken, no edge, networks that the world needs */
export function refuseSites(model: Model, tree: Artefacts, shown: string): void {
  if (twinSites(model).length === 0)
    throw new CannotLook(
      `no site of ${shown} has edges of its own (edge.kind: haproxy), and a twin starts with those`,
    );
  const own = model.sites.flatMap(({ networks, kubernetes }) => [
    ...Object.values(networks).flatMap(both),
    ...(kubernetes ? [...both(kubernetes.pods), ...both(kubernetes.services)] : []),
  ]);
  const taken = own.find((network) =>
    /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^fd66:7265:6475:/.test(network),
  );
  if (taken)
    throw new CannotLook(
      `${shown} has the network ${taken}, and the twin's world has 100.64.0.0/10 and fd66:7265:6475::/48; give the site another one`,
    );
  const findings = findingsOf(model, tree);
  if (findings.length > 0)
    throw new CannotLook(
      `${shown} breaks ${findings.length} laws, such as ${findings[0]!.law}: ${findings[0]!.message}; npm run check says all of it`,
    );
}

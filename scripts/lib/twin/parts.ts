import type { Artefacts } from '#charts/artefacts.ts';
import { type PerFamily, prefixLength } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import type { HaproxySite } from '#sites/site-kinds.ts';

/**
 * How much is started: the way in alone, with the servers behind it played; one site with real nodes of Kubernetes behind it; or all
 * sites, each with a cluster where it has one.
 */
export const SIZES = ['entry', 'tiny', 'small'] as const;
export type Size = (typeof SIZES)[number];

/** A host of the twin, as data: what lies on it, what it is plugged into, what runs on it. */
export interface TwinHost {
  name: string;
  /** Nothing for those of the world. */
  site?: string;
  /** What it is lost with. */
  machine?: string;
  role: string;
  files: [path: string, text: string][];
  cables: Cable[];
  /** A shell script once the cables are in. */
  settings: string[];
  /** Debian's units, in the order of their start. */
  units: string[];
  /** Programs without a unit: what plays something; the process by its name where that is another. */
  programs: { name: string; command: string; process?: string }[];
  /** What of it is not the real thing. */
  played?: string;
}
interface Cable {
  device: string;
  /** The switch. */
  network: string;
  /** With the lengths of their networks. */
  addresses: string[];
}
/** The way between the world and a site, which takes time. */
export interface Line {
  site: string;
  /** At the router of the world, and the switch at the other end. */
  device: string;
  network: string;
  addresses: string[];
  settings: LineSettings;
}
export interface LineSettings {
  delaySeconds: number;
  lossPercent: number;
  megabitsPerSecond: number;
  /** From the world to the site, and back. */
  cutAB: boolean;
  cutBA: boolean;
}
export interface Layout {
  hosts: TwinHost[];
  lines: Line[];
}

/** Authorities and what they vouch for, as texts: made when the twin starts, and never in the tree. */
export interface Keys {
  /** Of the database, of the cluster, and of what the world trusts. */
  authorities: { database: string; kubernetes: string; public: string };
  /** Of a server that is played: one certificate for all its names. */
  played: { database: Pair; kubernetes: Pair; public: Pair };
}
export interface Pair {
  certificate: string;
  key: string;
}

/** Programs, folders and secrets of a real cluster. */
export interface ClusterParts {
  /** Where each node keeps what is too large for memory. */
  folder: string;
  programs: { control: string; node: string; coredns: string; images: string; postgres: string };
  keys: {
    authority: string;
    authorityKey: string;
    /** Whom the world trusts, and so what asks the platform from within. */
    public: string;
    apiServer: Pair;
    kubeletClient: Pair;
    /** With which the API server asks those that serve a part of its interface. */
    frontProxy: Pair;
    /** What each kubelet serves with, by node, as an approved request would have given it. */
    kubelets: Record<string, Pair>;
    serviceAccounts: string;
  };
  /** By user of the API. */
  tokens: Record<string, string>;
}

export interface LayoutProps {
  model: Model;
  tree: Artefacts;
  size: Size;
  keys: Keys;
  /** Files that a process of this machine may have open, at most. */
  openFilesMax: number;
  /** The file of what is told to whoever is on call; nothing where nobody watches. */
  told?: string;
  /** What real nodes are made of, by site; nothing where the servers are played. */
  clusters: Record<string, ClusterParts>;
}

/** The sites of which this size has the edges: those with balancers of their own. */
export const twinSites = (model: Model): HaproxySite[] =>
  model.sites.filter((site): site is HaproxySite => site.edge?.kind === 'haproxy').slice(0, 1);

/** The sites that are started: the first with edges of its own, and of size small the others after it. */
export function startedSites(model: Model, size: Size): Site[] {
  const own = twinSites(model);
  if (size !== 'small') return own;
  return [...own, ...model.sites.filter((site) => !own.some(({ code }) => code === site.code))];
}
/** Those of them that have a cluster. */
export const clusterSites = (model: Model, size: Size): Site[] =>
  size === 'entry' ? [] : startedSites(model, size).filter(({ kubernetes }) => kubernetes !== undefined);

/** The files of one host in the tree, by their paths on it. */
export function filesBelow(tree: Artefacts, folder: string): [string, string][] {
  return [...tree].flatMap(([path, text]): [string, string][] =>
    path.startsWith(`${folder}/`) ? [[path.slice(folder.length + 1), text]] : [],
  );
}
export const withLength = (addresses: PerFamily, network: PerFamily): string[] =>
  (['ipv4', 'ipv6'] as const).flatMap((family) =>
    addresses[family] && network[family] ? [`${addresses[family]}/${prefixLength(network[family])}`] : [],
  );
export const route = (to: string, via: string): string =>
  `ip ${to.includes(':') || via.includes(':') ? '-6 ' : ''}route replace ${to} via ${via}`;
/** The clock is this machine's: chrony looks and does not touch. */
export const CLOCK = 'DAEMON_OPTS="-x"\n';

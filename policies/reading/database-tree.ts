import type { Model } from '#sites/model.ts';
import type { Tree } from '../law.ts';
import { amount, ofKind } from './objects.ts';
import { statementsOf } from './texts.ts';

/** A database node as the tree starts it. */
export interface Node {
  path: string;
  site: string;
  host: string;
  /** `--sql-addr` -> `10.0.0.1:26257`. */
  flags: Map<string, string>;
  /** What the node may use: the limit of its pod, or the memory of its host. */
  memoryBytes: number;
}

/** Every node: a key of the pods' flags on workers, a unit on hosts without Kubernetes. */
export function nodes(model: Model, tree: Tree): Node[] {
  const pods = ofKind(tree, 'ConfigMap')
    .filter(({ name }) => name === 'cockroachdb-nodes')
    .flatMap(({ path, site, object }) =>
      Object.entries<string>(object.data ?? {}).map(([host, text]) => ({
        path,
        site,
        host,
        flags: flags(text),
        memoryBytes: podMemory(tree, site),
      })),
    );
  const units = [...tree].flatMap(([path, text]): Node[] => {
    const place = /^([^/]+)\/hosts\/([^/]+)\/etc\/systemd\/system\/cockroachdb\.service$/.exec(path);
    const start = /^ExecStart=((?:.*\\\n)*.*)$/m.exec(text)?.[1];
    if (!place || !start) return [];
    const [, site = '', host = ''] = place;
    const memoryBytes =
      model.sites.flatMap((each) => each.hosts).find((each) => each.name === host)?.memoryBytes ?? 0;
    return [{ path, site, host, flags: flags(start.replaceAll('\\\n', ' ')), memoryBytes }];
  });
  return [...pods, ...units];
}

/** The StatefulSet of a site's nodes. */
export const nodeSet = (tree: Tree, site: string) =>
  ofKind(tree, 'StatefulSet').find((each) => each.site === site && each.name === 'cockroachdb');

const podMemory = (tree: Tree, site: string): number =>
  amount(nodeSet(tree, site)?.object.spec?.template?.spec?.containers?.[0]?.resources?.limits?.memory);

/** `--key=value` words; a flag without a value has an empty one. */
function flags(text: string): Map<string, string> {
  const words = text.split(/\s+/).filter((word) => word.startsWith('--'));
  return new Map(
    words.map((word): [string, string] => {
      const [, key = '', value = ''] = /^(--[^=]*)=?(.*)$/.exec(word) ?? [];
      return [key, value];
    }),
  );
}

export const SQL_FOLDER = 'platform/sql/';
export interface SqlStatement {
  path: string;
  statement: string;
}
/** Every statement of the tree's SQL without its comments, in the order of the files. */
export function statements(tree: Tree): SqlStatement[] {
  return [...tree]
    .filter(([path]) => path.startsWith(SQL_FOLDER))
    .flatMap(([path, text]) => statementsOf(text).map((statement) => ({ path, statement })));
}

/** Value of a cluster setting, without its quotes. */
export function setting(tree: Tree, name: string): { path: string; value: string } | undefined {
  for (const { path, statement } of statements(tree)) {
    const [, key, value = ''] = /^SET CLUSTER SETTING (\S+) = ([\s\S]+)$/.exec(statement) ?? [];
    if (key === name) return { path, value: unquote(value) };
  }
  return undefined;
}
export const unquote = (text: string): string =>
  /^'[\s\S]*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : text;
/** `90s`, `1500ms`, `2m` in seconds; NaN where it cannot be read. */
export function durationSeconds(text: string): number {
  const [, number = Number.NaN, unit = ''] = /^(\d+)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  return Number(number) * ({ ms: 0.001, s: 1, m: 60, h: 3600 }[unit] ?? Number.NaN);
}

/** Where replicas and leases of one target rest. */
export interface DatabaseZone {
  path: string;
  /** `RANGE meta`, `DATABASE fredu`. */
  target: string;
  replicas: number;
  /** Region -> replicas that must be there. */
  constraints: Map<string, number>;
  /** Regions, first choice first; a choice that is not exactly one required region reads as it is written. */
  preferences: string[];
}

export function zones(tree: Tree): DatabaseZone[] {
  return statements(tree).flatMap(({ path, statement }): DatabaseZone[] => {
    const [, target = '', settings = ''] =
      /^ALTER (.+?) CONFIGURE ZONE USING\s+([\s\S]+)$/.exec(statement) ?? [];
    if (!target) return [];
    const value = (name: string) =>
      unquote(new RegExp(`${name} = ('(?:[^']|'')*'|\\S+?)(?:,|$)`).exec(settings)?.[1] ?? '');
    const constraints = [...value('constraints').matchAll(/\+region=([\w-]+)"?: *(\d+)/g)];
    return [
      {
        path,
        target,
        replicas: Number(value('num_replicas')),
        constraints: new Map(constraints.map(([, region = '', count]) => [region, Number(count)])),
        preferences: [...value('lease_preferences').matchAll(/\[([^[\]]+)\]/g)].map(
          ([, choice = '']) => /^\+region=([\w-]+)$/.exec(choice)?.[1] ?? choice,
        ),
      },
    ];
  });
}

/** Host of `1.2.3.4:26258`, `[2001:db8::1]:26258`, `name:26258`. */
export const hostOf = (endpoint: string): string => endpoint.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
/** What `region=sxb,host=sxb-worker1` says, in its order. */
export const locality = (node: Node): [key: string, value: string][] =>
  (node.flags.get('--locality') ?? '')
    .split(',')
    .filter((tier) => tier !== '')
    .map((tier) => tier.split('=') as [string, string]);
export const region = (node: Node): string => locality(node).find(([key]) => key === 'region')?.[1] ?? '';

/** How a node tells the nodes of a site to dial it: `host:port`. */
export function advertised(node: Node, site: string): string {
  const local = node.flags.get('--locality-advertise-addr') ?? '';
  const [, region, address] = /^region=([^@]+)@(.+)$/.exec(local) ?? [];
  return region === site && address ? address : (node.flags.get('--advertise-addr') ?? '');
}
/** Every address that a node advertises. */
export const advertisedHosts = (node: Node, sites: string[]): string[] => [
  ...new Set(sites.map((site) => hostOf(advertised(node, site)))),
];

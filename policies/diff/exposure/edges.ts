import type { Tree } from '../../law.ts';
import type { Data } from '../../reading/objects.ts';
import { ofKind } from '../../reading/objects.ts';
import { listOf } from '../../reading/texts.ts';
import { haproxy } from '../readers/haproxy.ts';
import { placeOf } from '../thing.ts';
import type { Point } from './point.ts';

/** Addresses where HAProxy listens, with whom it accepts there. */
export function balancerPoints(tree: Tree, paths: readonly string[]): Point[] {
  return paths
    .filter((path) => path.endsWith('/haproxy.cfg'))
    .flatMap((path) =>
      Object.entries<Data>(haproxy(tree.get(path) ?? '')).flatMap(([section, said]): Point[] => {
        const binds = Object.keys(said.bind ?? {}).filter(
          (bind) => !bind.startsWith('127.') && !bind.startsWith('/'),
        );
        if (binds.length === 0) return [];
        const rules: string[] = said['tcp-request']?.rules ?? [];
        const names = rules.flatMap((rule) => /reject if !(\w+)$/.exec(rule)?.[1] ?? []);
        const from: string[] | undefined =
          names.length > 0
            ? names.flatMap((name) =>
                (said.acl?.[name] ?? []).flatMap((acl: string) => acl.replace(/^src /, '').split(' ')),
              )
            : undefined;
        return [
          {
            place: placeOf(path),
            path,
            name: `${path.split('/')[2]} HAProxy ${section}`,
            of: path.split('/')[2] ?? '',
            direction: 'in',
            rules: binds.map((bind) => {
              const [, address = '', port = ''] = /^(.*):(\d+)$/.exec(bind) ?? [];
              const to = address.replaceAll(/[[\]]/g, '');
              return {
                protocol: 'tcp',
                ports: [[Number(port), Number(port)]],
                ...(to && to !== '*' ? { to: [to] } : {}),
                ...(from ? { from } : {}),
              };
            }),
          },
        ];
      }),
    );
}

/** Ports that a Service opens on every worker or at a balancer of its own, and names that a route answers to. */
export function servicePoints(tree: Tree, sites: ReadonlySet<string>): Point[] {
  const services = ofKind(tree, 'Service')
    .filter(({ site }) => sites.has(site))
    .flatMap(({ site, path, namespace, name, object: { spec } }): Point[] => {
      const ports: Data[] =
        spec?.type === 'NodePort' || spec?.type === 'LoadBalancer' ? listOf(spec.ports) : [];
      return ports.map((each) => ({
        place: site,
        path,
        name: `service ${namespace}/${name} on every worker`,
        direction: 'in',
        rules: [
          {
            protocol: String(each.protocol ?? 'TCP').toLowerCase(),
            ports: [[each.nodePort ?? 0, each.nodePort ?? 0]],
          },
        ],
      }));
    });
  const routes = ofKind(tree, 'Ingress', 'HTTPRoute', 'GRPCRoute', 'TLSRoute')
    .filter(({ site }) => sites.has(site))
    .flatMap(({ site, path, namespace, name, kind, object: { spec } }): Point[] => {
      const names: string[] =
        kind === 'Ingress'
          ? listOf(spec?.rules).map((rule: Data) => rule.host ?? 'every name')
          : spec?.hostnames === undefined
            ? ['every name']
            : listOf(spec.hostnames);
      return [
        {
          place: site,
          path,
          name: `${kind} ${namespace}/${name}`,
          direction: 'in',
          rules: [...new Set(names)].map((host) => ({ to: [host], protocol: 'HTTPS' })),
        },
      ];
    });
  return merge([...services, ...routes]);
}

/** Points of one name as one. */
function merge(points: readonly Point[]): Point[] {
  const found = Map.groupBy(points, ({ place, name, direction }) => `${place} ${name} ${direction}`);
  return [...found.values()].map((same) => ({ ...same[0]!, rules: same.flatMap(({ rules }) => rules) }));
}

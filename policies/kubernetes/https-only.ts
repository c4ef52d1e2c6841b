import { FLOWS } from '#sites/traffic/flows.ts';
import type { Finding, Policy } from '../law.ts';
import { traefikFiles } from '../reading/ingress-files.ts';
import { type Data, ofKind } from '../reading/objects.ts';

const YEAR_SECONDS = 365 * 24 * 3600;
/** Node ports that something is meant to dial. */
const IN_TABLE = new Set(FLOWS.flatMap(({ ports }) => ports.flatMap(({ nodePort }) => nodePort ?? [])));

export const httpsOnly: Policy = {
  id: 'https-only',
  title:
    'port 80 serves a redirect and nothing else; every public name is HTTPS with TLS 1.2 or newer and HSTS',
  why: 'One page over plain HTTP is enough to take a session. The redirect answers people who type a bare name; HSTS makes sure it is needed once. A dashboard beside the public ports would be the first thing found.',
  check(_model, tree) {
    return [
      ...traefikFiles(tree).flatMap(({ path, site, fixed, watched }) =>
        rules(fixed, watched)
          .filter(({ holds }) => !holds)
          .map(({ text, message, fix }) => ({ path, text, message: `${site}: ${message}`, fix })),
      ),
      ...ofKind(tree, 'Ingress').flatMap(({ path, namespace, name, object }): Finding[] => {
        const secured = new Set(
          (object.spec.tls ?? []).flatMap((each: Data) => (each.secretName ? each.hosts : [])),
        );
        return (object.spec.rules ?? [])
          .filter(({ host }: Data) => !secured.has(host))
          .map(({ host }: Data) => ({
            path,
            text: `host: ${host}`,
            message: `ingress ${namespace}/${name} serves ${host ?? 'every name'} without a certificate`,
            fix: 'name it under tls with the secret of its certificate',
          }));
      }),
      ...ofKind(tree, 'Gateway').flatMap(({ path, name, object }): Finding[] =>
        object.spec.listeners
          .filter(({ protocol, tls }: Data) => protocol !== 'HTTPS' || tls?.mode !== 'Terminate')
          .map((listener: Data) => ({
            path,
            text: `name: ${listener.name}`,
            message: `listener ${listener.name} of gateway ${name} speaks ${listener.protocol}`,
            fix: 'use HTTPS and end TLS there',
          })),
      ),
      ...ofKind(tree, 'Service').flatMap(({ path, namespace, name, object }): Finding[] =>
        (object.spec.ports ?? [])
          .filter(
            ({ nodePort }: Data) =>
              object.spec.type === 'LoadBalancer' || (nodePort && !IN_TABLE.has(nodePort)),
          )
          .map(({ nodePort }: Data) => ({
            path,
            text: nodePort ? `nodePort: ${nodePort}` : 'LoadBalancer',
            message: `service ${namespace}/${name} opens ${nodePort ? `port ${nodePort}` : 'ports'} of the nodes, which no flow names`,
            fix: 'use a ClusterIP and a route, or name the flow',
          })),
      ),
    ];
  },
};

function rules(fixed: Data, watched: Data) {
  const { web, websecure } = fixed.entryPoints ?? {};
  const { to, scheme, permanent } = web?.http?.redirections?.entryPoint ?? {};
  const defaults = Object.entries<Data>(fixed.entryPoints ?? {})
    .filter(([, { asDefault }]) => asDefault)
    .map(([name]) => name);
  const serving = Object.entries<Data>({ websecure, ...fixed.entryPoints }).filter(
    ([name]) => !['web', 'ping', 'metrics'].includes(name),
  );
  const plain = serving.filter(([, entry]) => entry?.http?.tls === undefined).map(([name]) => name);
  const staysSo = (entry: Data): boolean =>
    (entry?.http?.middlewares ?? []).some((name: string) => {
      const headers = watched.http?.middlewares?.[name.replace('@file', '')]?.headers ?? {};
      return headers.stsSeconds >= YEAR_SECONDS && headers.forceSTSHeader;
    });
  const silent = serving.filter(([, entry]) => !staysSo(entry)).map(([name]) => name);
  const options = watched.tls?.options?.default ?? {};
  return [
    {
      holds: to === ':443' && scheme === 'https' && permanent === true && !web.http.middlewares,
      text: 'redirections',
      message: 'port 80 does more or less than redirect for good to https on 443',
      fix: 'give the entry point web one permanent redirection to :443',
    },
    {
      holds: defaults.join() === 'websecure',
      text: 'asDefault',
      message: `routes without an entry point are served on ${defaults.join(', ') || 'every entry point'}`,
      fix: 'set asDefault on websecure alone',
    },
    {
      holds: plain.length === 0,
      text: plain[0] ?? '',
      message: `the entry point ${plain.join(', ')} speaks plain HTTP`,
      fix: 'give it http.tls',
    },
    {
      holds: silent.length === 0,
      text: silent[0] ?? '',
      message: `no answer of ${silent.join(', ')} carries Strict-Transport-Security for a year or more`,
      fix: 'apply a headers middleware with stsSeconds to it',
    },
    {
      holds: ['VersionTLS12', 'VersionTLS13'].includes(options.minVersion) && options.sniStrict === true,
      text: 'minVersion',
      message: 'TLS below 1.2, or a name without a certificate, is accepted',
      fix: 'set minVersion: VersionTLS12 and sniStrict: true in tls.options.default',
    },
    {
      holds: fixed.api === undefined,
      text: 'api:',
      message: 'the dashboard is on',
      fix: 'leave out the section api',
    },
  ];
}

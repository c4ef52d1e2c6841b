import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type KubernetesObject, kubernetes } from '#charts/kubernetes.ts';
import { gatewayDefinitions } from '#scripts/lib/lab/definitions.ts';
import { goTool, goToolMissing, TRAEFIK } from '#scripts/lib/lab/go-tool.ts';
import { labMissing } from '#scripts/lib/lab/kubernetes-binaries.ts';
import { type LabHost, until } from '#scripts/lib/lab/netns.ts';
import type { Model, Site } from '#sites/model.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { find } from '../../lib/programs.ts';
import { makeCertificate } from '../certificates.ts';
import { type Cluster, startCluster } from './kubernetes.ts';

// biome-ignore lint/suspicious/noExplicitAny: what others answer is read as data
type Data = any;
interface SiteOfModel {
  model: Model;
  site: Site;
}

/** Traefik itself on one worker of a site, beside a real API server that has the site's routes. */
export interface Ingress {
  cluster: Cluster;
  /** What became of each route of the providers; nothing while it starts. */
  routers(kind: 'http' | 'tcp'): Promise<Data[]>;
  /** What it said, a line each: its own words and its access log. */
  log(): Data[];
  stop(): Promise<void>;
}

/** What a test with it lacks here: root, programs, or the means to build those that are built. */
export const ingressMissing = (...programs: string[]): string[] => [
  ...(process.getuid?.() === 0 ? [] : ['root']),
  ...['ip', 'unshare', 'openssl', 'curl', ...programs].filter((program) => !find(program)),
  ...[labMissing(), goToolMissing(TRAEFIK)].filter((each) => each !== undefined),
];

/** Where it is asked what became of its routes: the one thing that is added to its files. */
const API_PORT = 9000;

/** The files that it reads, at their places in its pod. */
export function ingressFiles({ model, site }: SiteOfModel): [path: string, text: string][] {
  const { data } = kubernetes(model, site).find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'traefik',
  ) as unknown as { data: Record<string, string> };
  const fixed = parse(data['traefik.yaml']!);
  fixed.api = { insecure: true, dashboard: false };
  fixed.entryPoints.traefik = { ...fixed.entryPoints.ping, address: `127.0.0.1:${API_PORT}` };
  return [
    ['etc/traefik/traefik.yaml', stringify(fixed)],
    ['etc/traefik/dynamic/dynamic.yaml', data['dynamic.yaml']!],
  ];
}

/** @param behind addresses of what answers, none of them on loopback: an API server takes no such slices */
export async function startIngress({
  model,
  site,
  host,
  work,
  behind,
}: SiteOfModel & {
  /** With `ingressFiles`. */
  host: LabHost;
  /** For keys and certificates. */
  work: string;
  behind: { api: string; web: string; gateway: string };
}): Promise<Ingress> {
  const [program, definitions] = [await goTool(TRAEFIK), await gatewayDefinitions()];
  const objects = kubernetes(model, site).filter(({ kind }) => KINDS.includes(kind));
  const cluster = await startCluster(site, host.inNetwork);
  const applied = async (each: unknown[]) => {
    const { code, stderr } = await cluster.apply(each, '--server-side');
    if (code !== 0) throw new Error(stderr);
  };
  const routers = async (kind: 'http' | 'tcp'): Promise<Data[]> => {
    const api = `http://127.0.0.1:${API_PORT}/api/${kind}/routers`;
    const { code, stdout } = await host.run(['curl', '--silent', '--fail', api]);
    return code === 0 ? JSON.parse(stdout).filter(({ provider }: Data) => provider !== 'internal') : [];
  };
  try {
    await applied(definitions);
    await cluster.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
    await applied(objects.filter(({ metadata }) => !metadata.namespace));
    await applied(objects.filter(({ metadata }) => metadata.namespace));
    await applied([...answering(objects, behind), ...(await certificates({ model, site }, work))]);
    const token = await cluster.kubectl('create', 'token', 'traefik', '-n', 'traefik');
    const account = '/var/run/secrets/kubernetes.io/serviceaccount';
    await host.sh(`mkdir -p ${account}; printf %s '${token.stdout.trim()}' >${account}/token
printf traefik >${account}/namespace; cp ${cluster.api.authority} ${account}/ca.crt`);
    await host.start(
      'traefik',
      `env KUBERNETES_SERVICE_HOST=127.0.0.1 KUBERNETES_SERVICE_PORT=${cluster.api.port} ${program} --configFile=/etc/traefik/traefik.yaml`,
    );
    // Its Gateway provider waits for watches that it may not have, and serves the rest.
    await until('Traefik has its routes', async () => (await routers('http')).length > 4, 60);
    const isThere = async () =>
      (await routers('http')).some(({ provider }) => provider === 'kubernetesgateway');
    await until('the Gateway has routes', isThere, 30).catch(() => undefined);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  const log = () =>
    host
      .log('traefik')
      .split('\n')
      .filter(Boolean)
      .map((line) => (line.startsWith('{') ? JSON.parse(line) : { level: 'text', message: line }));
  return { cluster, routers, log, stop: () => cluster.stop() };
}

/** What Traefik reads, what it is, and where that lives. */
const KINDS: KubernetesObject['kind'][] = [
  'Namespace',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Service',
  'IngressClass',
  'Ingress',
  'GatewayClass',
  'Gateway',
  'HTTPRoute',
  'ReferenceGrant',
];

/** Slices of the Services of the tree, as their controllers would write them, and the Service that Rook makes. */
function answering(
  objects: KubernetesObject[],
  behind: { api: string; web: string; gateway: string },
): unknown[] {
  const slice = (namespace: string, service: string, address: string, port: number) => {
    const own = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === service);
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: `${service}-played`,
        namespace,
        labels: { 'kubernetes.io/service-name': service },
      },
      addressType: 'IPv4',
      ports: [{ name: (own?.spec as Data)?.ports[0].name ?? 'http', port, protocol: 'TCP' }],
      endpoints: [{ addresses: [address], conditions: { ready: true, serving: true } }],
    };
  };
  const [namespace, name] = ['rook-ceph', 'rook-ceph-rgw-clients'];
  return [
    slice('education', 'education-api', behind.api, PORTS.api),
    slice('education', 'education-web', behind.web, PORTS.web),
    slice(namespace, name, behind.gateway, PORTS.objectGateway),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { ports: [{ name: 'http', port: 80, targetPort: PORTS.objectGateway }] },
    },
  ];
}

/** One for each namespace with routes, by its own authority. */
async function certificates({ model, site }: SiteOfModel, work: string): Promise<unknown[]> {
  const make = async (namespace: string, names: string[]) => {
    const [key, certificate] = [join(work, `${namespace}.key`), join(work, `${namespace}.crt`)];
    await makeCertificate(names[0]!, { key, certificate }, { names: names.map((name) => `DNS:${name}`) });
    const text = (path: string) => readFileSync(path, 'utf8');
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name: 'tls-public', namespace },
      stringData: { 'tls.crt': text(certificate), 'tls.key': text(key) },
    };
  };
  const store = new URL(site.objects!.endpoint).hostname;
  return [await make('education', [model.domain, site.domain]), await make('rook-ceph', [store])];
}

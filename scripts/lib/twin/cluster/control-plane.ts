import { stringify } from 'yaml';
import { both, FAMILIES, type PerFamily } from '#sites/address.ts';
import type { Host, Site } from '#sites/model.ts';
import { hostsOf, workers } from '#sites/questions.ts';
import type { ClusterParts, TwinHost } from '../parts.ts';
import { nth, podRoutes } from './pod-networks.ts';

/** What the hosts of a real cluster are made of, beside what every host of the inner network has. */
export interface ClusterProps extends ClusterParts {
  site: Site;
  /** After how long a node that says nothing is lost, as the inventory has it. */
  nodeGrace: string;
  /** The host as one of the inner network, with what is generated for it. */
  inner(host: Host): TwinHost;
}

/** The control plane that runs, of those that the site has: the first. */
export const controlPlaneOf = (site: Site): Host => hostsOf(site, 'control-plane')[0]!;
export const namesOf = (site: Site): { kubernetes: string; dns: string } => {
  const services = site.kubernetes!.services;
  const network = services.ipv4 ?? services.ipv6!;
  return { kubernetes: nth(network, 1), dns: nth(network, 10) };
};
/** Names of the API server, as openssl writes them. */
export const apiNames = (site: Site, virtual: PerFamily): string[] => [
  ...[
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    'localhost',
  ].map((name) => `DNS:${name}`),
  ...['127.0.0.1', namesOf(site).kubernetes, ...both(virtual), ...both(controlPlaneOf(site).address)].map(
    (each) => `IP:${each}`,
  ),
];
/** Each in the API's list of tokens, with its groups; nodes come to these. */
const USERS: Record<string, [user: string, groups: string]> = {
  admin: ['admin', 'system:masters'],
  controllers: ['system:kube-controller-manager', 'x'],
  scheduler: ['system:kube-scheduler', 'x'],
  proxy: ['system:kube-proxy', 'x'],
};

/** A program that is started again whenever it ends, as its static pod or its unit would be. */
export const again = (program: string, ...args: string[]): string =>
  `bash -c 'while :; do ${[program, ...args].join(' ')}; echo "started again"; sleep 2; done'`;

export const kubeconfig = (props: ClusterProps, user: string, server: string): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'twin', cluster: { server, 'certificate-authority': '/etc/kubernetes/pki/ca.crt' } }],
    users: [{ name: user, user: { token: props.tokens[user] } }],
    contexts: [{ name: 'twin', context: { cluster: 'twin', user } }],
    'current-context': 'twin',
  });

/** Who has a token. */
export const usersOf = (site: Site): string[] => [
  ...Object.keys(USERS),
  ...workers(site).map(({ name }) => name),
];

export function controlPlane(props: ClusterProps): TwinHost {
  const { site, programs, keys } = props;
  const host = controlPlaneOf(site);
  const own = props.inner(host);
  const address = host.address.ipv4 ?? `[${host.address.ipv6}]`;
  const pki = 'etc/kubernetes/pki';
  const conf = (user: string): [string, string] => [
    `etc/kubernetes/${user}.conf`,
    kubeconfig(props, user, `https://${address}:6443`),
  ];
  const nodes = workers(site).map(({ name }): [string, [string, string]] => [
    name,
    [`system:node:${name}`, 'system:nodes'],
  ]);
  const tokens = [...Object.entries(USERS), ...nodes].map(
    ([user, [name, group]]) => `${props.tokens[user]},${name},${user},"${group}"\n`,
  );
  const services = FAMILIES.flatMap((family) => site.kubernetes!.services[family] ?? []).join();
  return {
    ...own,
    settings: [...own.settings, ...podRoutes(site, host)],
    files: [
      ...own.files,
      [`${pki}/ca.crt`, keys.authority],
      [`${pki}/ca.key`, keys.authorityKey],
      [`${pki}/apiserver.crt`, keys.apiServer.certificate],
      [`${pki}/apiserver.key`, keys.apiServer.key],
      [`${pki}/kubelet.crt`, keys.kubeletClient.certificate],
      [`${pki}/kubelet.key`, keys.kubeletClient.key],
      [`${pki}/front-proxy.crt`, keys.frontProxy.certificate],
      [`${pki}/front-proxy.key`, keys.frontProxy.key],
      [`${pki}/service-accounts.key`, keys.serviceAccounts],
      [`${pki}/tokens.csv`, tokens.join('')],
      ...['admin', 'controllers', 'scheduler'].map(conf),
      [
        'etc/kubernetes/Corefile',
        `.:53 {
  bind ${both(host.address).join(' ')}
  errors
  cache 5
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig /etc/kubernetes/admin.conf
  }
  forward . ${site.kubernetes!.resolvers.join(' ')}
}
`,
      ],
    ],
    programs: [
      {
        name: 'etcd',
        command: again(
          `${programs.control}/etcd`,
          `--data-dir=${props.folder}/${host.name}/etcd`,
          '--listen-metrics-urls=http://[::]:2381',
          '--unsafe-no-fsync',
          '--log-level=warn',
        ),
      },
      {
        name: 'kube-apiserver',
        command: again(
          `${programs.control}/kube-apiserver`,
          '--etcd-servers=http://127.0.0.1:2379',
          '--bind-address=::',
          `--advertise-address=${host.address.ipv4 ?? host.address.ipv6}`,
          `--tls-cert-file=/${pki}/apiserver.crt`,
          `--tls-private-key-file=/${pki}/apiserver.key`,
          `--client-ca-file=/${pki}/ca.crt`,
          `--token-auth-file=/${pki}/tokens.csv`,
          `--kubelet-client-certificate=/${pki}/kubelet.crt`,
          `--kubelet-client-key=/${pki}/kubelet.key`,
          '--kubelet-preferred-address-types=InternalIP',
          `--proxy-client-cert-file=/${pki}/front-proxy.crt`,
          `--proxy-client-key-file=/${pki}/front-proxy.key`,
          `--requestheader-client-ca-file=/${pki}/ca.crt`,
          '--requestheader-allowed-names=front-proxy-client',
          '--requestheader-extra-headers-prefix=X-Remote-Extra-',
          '--requestheader-group-headers=X-Remote-Group',
          '--requestheader-username-headers=X-Remote-User',
          // Without kube-proxy on this host: it asks pods, not Services.
          '--enable-aggregator-routing',
          '--authorization-mode=Node,RBAC',
          '--enable-admission-plugins=NodeRestriction',
          `--service-cluster-ip-range=${services}`,
          '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
          `--service-account-key-file=/${pki}/service-accounts.key`,
          `--service-account-signing-key-file=/${pki}/service-accounts.key`,
          '--allow-privileged',
        ),
      },
      {
        name: 'kube-controller-manager',
        command: again(
          `${programs.control}/kube-controller-manager`,
          '--kubeconfig=/etc/kubernetes/controllers.conf',
          '--bind-address=127.0.0.1',
          '--cert-dir=/run/controllers',
          `--service-account-private-key-file=/${pki}/service-accounts.key`,
          `--root-ca-file=/${pki}/ca.crt`,
          `--cluster-signing-cert-file=/${pki}/ca.crt`,
          `--cluster-signing-key-file=/${pki}/ca.key`,
          '--use-service-account-credentials',
          `--node-monitor-grace-period=${props.nodeGrace}`,
          '--leader-elect=false',
        ),
      },
      {
        name: 'kube-scheduler',
        command: again(
          `${programs.control}/kube-scheduler`,
          '--kubeconfig=/etc/kubernetes/scheduler.conf',
          '--bind-address=127.0.0.1',
          '--cert-dir=/run/scheduler',
          '--leader-elect=false',
        ),
      },
      { name: 'coredns', command: again(programs.coredns, '-conf', '/etc/kubernetes/Corefile') },
    ],
    played: 'what Kubespray installs: kubeadm’s static pods are processes, and CoreDNS answers on this host',
  };
}

import { stringify } from 'yaml';
import { both, FAMILIES, type PerFamily } from '#sites/address.ts';
import type { Host, Site } from '#sites/model.ts';
import type { TwinHost } from '../parts.ts';
import { again, type ClusterProps, kubeconfig, namesOf } from './control-plane.ts';
import { GROUP, makeGroups } from './groups.ts';
import { PAUSE, TRUST } from './images.ts';
import { podRoutes, rangesOf } from './pod-networks.ts';

export function node(props: ClusterProps, host: Host, index: number, virtual: PerFamily): TwinHost {
  const { site, programs, keys } = props;
  const own = props.inner(host);
  const api = virtual.ipv4 ?? `[${virtual.ipv6}]`;
  const pods = rangesOf(site, index);
  const away = podRoutes(site, host);
  const data = `${props.folder}/${host.name}`;
  return {
    ...own,
    files: [
      ...own.files,
      ['etc/kubernetes/pki/ca.crt', keys.authority],
      ['etc/kubernetes/pki/kubelet.crt', keys.kubelets[host.name]!.certificate],
      ['etc/kubernetes/pki/kubelet.key', keys.kubelets[host.name]!.key],
      ['etc/kubernetes/kubelet.conf', kubeconfig(props, host.name, `https://${api}:6443`)],
      ['etc/kubernetes/proxy.conf', kubeconfig(props, 'proxy', `https://${api}:6443`)],
      ['etc/kubernetes/kubelet.yaml', stringify(kubelet(site, host.name, data))],
      ['etc/kubernetes/proxy.yaml', stringify(proxy(site, host.name))],
      [
        'etc/kubernetes/resolv.conf',
        site.kubernetes!.resolvers.map((each) => `nameserver ${each}\n`).join(''),
      ],
      ['etc/twin/public.crt', keys.public],
      ['etc/containerd/config.toml', containerd(data)],
      ['etc/cni/net.d/10-twin.conflist', JSON.stringify(network(pods))],
      [
        'etc/twin/nodes.nft',
        `table inet twin {
  chain postrouting {
    type nat hook postrouting priority srcnat + 10;
${FAMILIES.flatMap((family) => {
  const all = site.kubernetes!.pods[family];
  const match = family === 'ipv4' ? 'ip' : 'ip6';
  return all
    ? [
        `    ${match} saddr ${all} ${match} daddr != { ${all}, ${site.kubernetes!.services[family]} } oifname eth0 masquerade`,
      ]
    : [];
}).join('\n')}
  }
}
`,
      ],
    ],
    settings: [
      ...own.settings,
      makeGroups(host.name),
      'mount --make-rshared /',
      // The kubelet sets these for the whole machine, and leaves them alone where they are as it wants.
      ...Object.entries({ 'vm/overcommit_memory': 1, 'kernel/panic': 10, 'kernel/panic_on_oops': 1 }).map(
        ([key, value]) =>
          `echo ${value} >/run/${key.replace('/', '-')}; mount --bind /run/${key.replace('/', '-')} /proc/sys/${key}`,
      ),
      'sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1',
      ...away,
      'nft -f /etc/twin/nodes.nft',
      // Files of images are links to those of the cache; what is written down of them is a copy.
      `mkdir -p ${data}/kubelet ${data}/pods; [ -d ${data}/containerd ] || { cp -al ${programs.images} ${data}/containerd
find ${data}/containerd -name '*.db' | while read -r each; do cp "$each" "$each.own"; mv "$each.own" "$each"; done; }
find ${data}/containerd -path '*/${TRUST}' | while read -r each; do rm "$each"; cp /etc/twin/public.crt "$each"; done`,
    ],
    programs: [
      { name: 'containerd', command: again('containerd', '--config', '/etc/containerd/config.toml') },
      {
        name: 'kubelet',
        command: again(
          `${programs.node}/kubelet`,
          '--config=/etc/kubernetes/kubelet.yaml',
          '--kubeconfig=/etc/kubernetes/kubelet.conf',
          `--root-dir=${data}/kubelet`,
          `--hostname-override=${host.name}`,
          `--node-ip=${both(host.address).join()}`,
          `--cert-dir=${data}/kubelet/pki`,
        ),
      },
      {
        name: 'kube-proxy',
        command: again(`${programs.node}/kube-proxy`, '--config=/etc/kubernetes/proxy.yaml'),
      },
    ],
    played:
      'what Kubespray installs: a kubelet on control groups of this machine, routes and translation in place of Calico, NetworkPolicies that nobody enforces',
  };
}

const kubelet = (site: Site, name: string, data: string): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  failCgroupV1: false,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${GROUP}/${name}`,
  enforceNodeAllocatable: ['pods'],
  containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' },
  },
  authorization: { mode: 'Webhook' },
  tlsCertFile: '/etc/kubernetes/pki/kubelet.crt',
  tlsPrivateKeyFile: '/etc/kubernetes/pki/kubelet.key',
  clusterDNS: [namesOf(site).dns],
  clusterDomain: 'cluster.local',
  resolvConf: '/etc/kubernetes/resolv.conf',
  podLogsDir: `${data}/pods`,
  failSwapOn: false,
  // Without the right to raise a process above others.
  oomScoreAdj: 0,
  featureGates: { KubeletInUserNamespace: true },
  imageGCHighThresholdPercent: 100,
  evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1Gi', 'imagefs.available': '1Gi' },
  systemReserved: { memory: '256Mi' },
  nodeStatusUpdateFrequency: '5s',
});

const proxy = (site: Site, name: string): object => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'nftables',
  hostnameOverride: name,
  metricsBindAddress: '0.0.0.0:10249',
  clientConnection: { kubeconfig: '/etc/kubernetes/proxy.conf' },
  clusterCIDR: both(site.kubernetes!.pods).join(),
  // These belong to the machine, not to the node.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
});

const containerd = (data: string): string => `version = 2
root = "${data}/containerd"
state = "/run/containerd"
oom_score = 0
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
`;

/** Every pod is routed by its node, so that rules for what is forwarded see it. */
const network = (pods: PerFamily): object => ({
  cniVersion: '0.4.0',
  name: 'twin',
  plugins: [
    {
      type: 'ptp',
      ipMasq: false,
      ipam: {
        type: 'host-local',
        dataDir: '/run/cni',
        ranges: both(pods).map((subnet) => [{ subnet }]),
        routes: both(pods).map((range) => ({ dst: range.includes(':') ? '::/0' : '0.0.0.0/0' })),
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

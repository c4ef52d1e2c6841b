import { parse } from 'yaml';
import type { Tree } from '#policies/law.ts';
import type { Data } from '#policies/reading/objects.ts';
import { REFERENCE, type TreePair } from './changed-sites-examples.ts';
import { added, edited, inStack, inTraefik, replaced, without } from './edited-tree.ts';

const tree = REFERENCE;
const object = (path: string, change: (data: Data) => void) => (): Tree => edited(tree, path, change);
const words = (path: string, from: string | RegExp, to: string) => (): Tree => replaced(tree, path, from, to);
const stack = (change: (resources: Data, whole: Data) => void) => (): Tree => inStack(tree, 'dc', change);
const everywhere = (paths: RegExp, change: (text: string) => string): Tree =>
  new Map([...tree].map(([path, text]) => [path, paths.test(path) ? change(text) : text]));
/** The object under another name, in the file of that name. */
const renamed = (path: string, name: string) => (): Tree => {
  const to = path.replace(/-[^/]+\.yaml$/, `-${name}.yaml`);
  const data = parse(tree.get(path)!);
  data.metadata.name = name;
  return added(without(tree, path), to, data);
};

const EDGE = 'sxb/hosts/sxb-edge1/etc';

/** Changes that somebody makes in a tree by hand, or that a change of the tool makes. */
export const EDITED_TREES: readonly TreePair[] = [
  {
    name: 'a-renamed-stateful-set',
    after: renamed('dc/kubernetes/cockroachdb/statefulset-cockroachdb.yaml', 'crdb'),
  },
  {
    name: 'a-renamed-deployment',
    after: renamed('sxb/kubernetes/education/deployment-pgbouncer.yaml', 'pooler'),
  },
  {
    name: 'a-shrunk-volume',
    after: stack(({ blockstorage_volume_v3: all }) => {
      all.host_worker1_cockroachdb.size = 100;
    }),
  },
  {
    name: 'a-volume-gone',
    after: stack(({ blockstorage_volume_v3: all, compute_volume_attach_v2: attached }) => {
      delete all.host_worker1_ceph;
      delete attached['host_worker1_ceph-attached'];
    }),
  },
  {
    name: 'a-network-replaced',
    after: stack(({ networking_subnet_v2: all }) => {
      all['network_nodes-ipv4'].cidr = '10.21.0.0/24';
    }),
  },
  {
    name: 'a-resource-renamed',
    after: stack(({ blockstorage_volume_v3: all }) => {
      all.host_worker1_disk = all.host_worker1_ceph;
      delete all.host_worker1_ceph;
    }),
  },
  {
    name: 'an-opened-port',
    after: stack(({ networking_secgroup_rule_v2: all }) => {
      all['group_worker-rule_in-database'] = {
        direction: 'ingress',
        ethertype: 'IPv4',
        protocol: 'tcp',
        port_range_min: 26257,
        port_range_max: 26257,
        remote_ip_prefix: '0.0.0.0/0',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's
        security_group_id: '${openstack_networking_secgroup_v2.group_worker.id}',
      };
    }),
  },
  {
    name: 'a-listener-opened',
    after: stack(({ lb_listener_v2: all }) => {
      const api = Object.values<Data>(all).find((each) => each.protocol_port === 6443);
      api.allowed_cidrs = ['0.0.0.0/0'];
    }),
  },
  {
    name: 'a-changed-vrid',
    after: words(`${EDGE}/keepalived/keepalived.conf`, 'virtual_router_id 51', 'virtual_router_id 53'),
  },
  {
    name: 'a-refusal-gone',
    after: words(`${EDGE}/nftables.conf`, /^ +add @open_ipv4 .*\n/m, ''),
  },
  {
    name: 'ssh-from-anywhere',
    after: words(
      `${EDGE}/nftables.conf`,
      'ip saddr 10.10.0.9 ip daddr 10.10.0.4 tcp dport 22',
      'ip daddr 10.10.0.4 tcp dport 22',
    ),
  },
  {
    name: 'a-firewall-that-accepts',
    after: words(
      `${EDGE}/nftables.conf`,
      'hook input priority filter; policy drop',
      'hook input priority filter; policy accept',
    ),
  },
  {
    name: 'a-balancer-without-a-server',
    after: words(`${EDGE}/haproxy/haproxy.cfg`, /^ {2}server sxb-worker3 10\.10\.0\.23:30443\n/m, ''),
  },
  {
    name: 'rules-of-haproxy-swapped',
    after: words(
      `${EDGE}/haproxy/haproxy.cfg`,
      / {2}(acl ipv4 src 0\.0\.0\.0\/0)\n {2}(tcp-request connection track-sc0 .*)\n {2}(tcp-request connection track-sc1 .*)\n/,
      '  $1\n  $3\n  $2\n',
    ),
  },
  { name: 'a-bgp-neighbour', after: words(`${EDGE}/bird/bird.conf`, 'hold time 9', 'hold time 90') },
  {
    name: 'a-bumped-image',
    after: () =>
      everywhere(/education\/deployment-education-web\.yaml$/, (text) =>
        text.replace(/(image: \S+?):[\w.-]+(@\S+)?$/m, '$1:99.0.0'),
      ),
  },
  {
    name: 'another-kubernetes',
    after: () =>
      everywhere(/k8s_cluster\/fredu\.yml$/, (text) =>
        text.replace(/kube_version: .*/, 'kube_version: 1.36.1'),
      ),
  },
  {
    name: 'another-pod-network',
    after: words(
      'dc/inventory/kubespray/group_vars/k8s_cluster/fredu.yml',
      /kube_pods_subnet: .*/,
      'kube_pods_subnet: 10.99.0.0/17',
    ),
  },
  {
    name: 'a-certificate-name-gone',
    after: words('platform/certificates.yaml', /^ +- worker1\.sxb\.fredu\.fr\n/m, ''),
  },
  {
    name: 'a-public-name-gone',
    after: object('sxb/kubernetes/education/certificate-tls-public.yaml', (data) => {
      data.spec.dnsNames.pop();
    }),
  },
  { name: 'a-dns-record-gone', after: words('platform/dns/fredu.fr.zone', /^s3\.dc .* A .*\n/m, '') },
  { name: 'three-replicas', after: words('platform/sql/zones.sql', /num_replicas = 5/g, 'num_replicas = 3') },
  {
    name: 'a-grant-too-many',
    after: () =>
      new Map([
        ...tree,
        [
          'platform/sql/grants.sql',
          `${tree.get('platform/sql/grants.sql')}GRANT ALL ON DATABASE fredu TO education;\n`,
        ],
      ]),
  },
  {
    name: 'a-table-dropped',
    after: () =>
      new Map([
        ...tree,
        [
          'platform/sql/settings.sql',
          `${tree.get('platform/sql/settings.sql')}DROP DATABASE fredu CASCADE;\n`,
        ],
      ]),
  },
  {
    name: 'passwords-to-the-database',
    after: words('platform/sql/hba.sql', 'host all all all cert', 'host all all all cert-password'),
  },
  {
    name: 'environment-reordered',
    after: object('dc/kubernetes/cockroachdb/statefulset-cockroachdb.yaml', (data) => {
      data.spec.template.spec.containers[0].env.reverse();
    }),
  },
  {
    name: 'ports-reordered',
    after: object('dc/kubernetes/cockroachdb/statefulset-cockroachdb.yaml', (data) => {
      data.spec.template.spec.containers[0].ports.reverse();
    }),
  },
  {
    name: 'a-policy-gone',
    after: () => without(tree, 'dc/kubernetes/education/networkpolicy-default-deny.yaml'),
  },
  {
    name: 'a-role-that-writes-secrets',
    after: object('dc/kubernetes/education/role-traefik.yaml', (data) => {
      data.rules.push({ apiGroups: [''], resources: ['secrets'], verbs: ['update'] });
    }),
  },
  {
    name: 'a-namespace-gone',
    after: () =>
      new Map(
        [...tree].filter(
          ([path]) => !/^sxb\/kubernetes\/(education\/|cluster\/namespace-education)/.test(path),
        ),
      ),
  },
  {
    name: 'a-node-port',
    after: object('sxb/kubernetes/monitoring/service-grafana.yaml', (data) => {
      data.spec.type = 'NodePort';
      data.spec.ports[0].nodePort = 30300;
    }),
  },
  {
    name: 'the-limit-is-off',
    after: () =>
      inTraefik(tree, 'dc', 'dynamic.yaml', (data) => {
        delete data.http.middlewares.limit;
      }),
  },
  {
    name: 'fewer-pods',
    after: object('dc/kubernetes/education/horizontalpodautoscaler-education-api.yaml', (data) => {
      data.spec.maxReplicas = 4;
      data.spec.minReplicas = 1;
    }),
  },
  {
    name: 'an-alert-slower',
    after: () =>
      everywhere(/configmap-prometheus-rules\.yaml$/, (text) =>
        text.replace(
          'alert: CephError\n            expr: ceph_health_status == 2\n            for: 2m',
          'alert: CephError\n            expr: ceph_health_status == 2\n            for: 2h',
        ),
      ),
  },
  {
    name: 'a-unit-that-stops-faster',
    after: () =>
      everywhere(/cockroachdb\.service$/, (text) => text.replace('TimeoutStopSec=150', 'TimeoutStopSec=10')),
  },
  {
    name: 'a-key-more',
    after: () =>
      new Map([
        ...tree,
        [
          'sxb/hosts/sxb-edge1/etc/ssh/authorized_keys.d/debian',
          `${tree.get('sxb/hosts/sxb-edge1/etc/ssh/authorized_keys.d/debian')}ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEmallory0000000000000000000000000000000000 somebody@example.net\n`,
        ],
      ]),
  },
  {
    name: 'a-label-everywhere',
    after: () =>
      everywhere(/\/kubernetes\//, (text) =>
        text.replaceAll(
          /^( *)app\.kubernetes\.io\/part-of: fredu$/gm,
          '$1app.kubernetes.io/part-of: fredu\n$1fredu.fr/owner: platform',
        ),
      ),
  },
  {
    name: 'comments-only',
    after: () =>
      everywhere(/\.(cfg|conf|sql|service)$/, (text) =>
        `# Made for the platform.\n${text}`.replace(/^# (?=.*\n-- )/, '-- '),
      ),
  },
  {
    name: 'a-file-that-is-broken',
    after: () =>
      new Map([...tree, ['dc/kubernetes/education/deployment-pgbouncer.yaml', 'kind: [Deployment\n']]),
  },
  {
    name: 'a-bucket-gone',
    after: () => without(tree, 'sxb/kubernetes/rook-ceph/objectbucketclaim-education.yaml'),
  },
  {
    name: 'drain-may-take-all',
    after: object('sxb/kubernetes/cockroachdb/poddisruptionbudget-cockroachdb.yaml', (data) => {
      data.spec.maxUnavailable = 3;
    }),
  },
];

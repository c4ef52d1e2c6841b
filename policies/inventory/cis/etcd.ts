import { type CisRow, isOn } from './cis-pack.ts';

const EXTRA = 'etcd_extra_vars';
const kept = (id: string, names: string[], title: string, why: string): CisRow => ({
  id,
  title,
  variable: EXTRA,
  avoid: `${EXTRA}: {${names[0]}: ""}`,
  fix: names.map((name) => `take \`${name}\` out of ${EXTRA}`).join('; '),
  why,
  broken: ({ etcd }) => {
    const lost = names.find((name) => !etcd[name]);
    return lost !== undefined && `takes ${lost} from etcd`;
  },
});
const asked = (id: string, variable: string, name: string, title: string, why: string): CisRow => ({
  id,
  title,
  variable,
  avoid: `${variable}: false`,
  fix: `set \`${variable}: true\`; take \`${name}\` out of ${EXTRA}`,
  why,
  broken: ({ etcd }) => !isOn(etcd[name]) && `does not set ${name} for etcd`,
});
const unmade = (id: string, name: string, title: string): CisRow => ({
  id,
  title,
  variable: EXTRA,
  avoid: `${EXTRA}: {${name}: "true"}`,
  fix: `take \`${name}\` out of ${EXTRA}`,
  why: 'A certificate that a member makes for itself proves nothing: anybody can make the same.',
  broken: ({ etcd }) => isOn(etcd[name]) && `sets ${name}: etcd makes certificates for itself`,
});

/** CIS 1.1.7, 1.1.8, 1.1.12 and 2: etcd. */
export const ETCD: CisRow[] = [
  {
    id: '1.1.7',
    title: 'etcd is a service of its hosts, so that no file of a pod starts it',
    variable: 'etcd_deployment_type',
    avoid: 'etcd_deployment_type: kubeadm',
    fix: 'set `etcd_deployment_type: host`',
    why: 'As a static pod it is started from a file that anybody who writes to the folder of manifests may replace.',
    broken: (all) =>
      all.said('etcd_deployment_type') !== 'host' && `runs etcd by ${all.said('etcd_deployment_type')}`,
  },
  {
    id: '1.1.12',
    title: 'the data of etcd belong to etcd',
    variable: 'etcd_owner',
    avoid: 'etcd_owner: root',
    fix: 'set `etcd_owner: etcd`',
    why: 'etcd as root is a program on the network that owns its host.',
    broken: (all) => all.said('etcd_owner') !== 'etcd' && `runs etcd as ${all.said('etcd_owner')}`,
  },
  kept(
    '2.1',
    ['ETCD_CERT_FILE', 'ETCD_KEY_FILE'],
    'etcd shows its clients a certificate',
    'The API server would send every secret in clear text.',
  ),
  asked(
    '2.2',
    'etcd_secure_client',
    'ETCD_CLIENT_CERT_AUTH',
    'etcd asks its clients for a certificate',
    'Anybody who reaches its port is the administrator of the cluster.',
  ),
  unmade('2.3', 'ETCD_AUTO_TLS', 'etcd makes no certificate for its clients by itself'),
  kept(
    '2.4',
    ['ETCD_PEER_CERT_FILE', 'ETCD_PEER_KEY_FILE'],
    'members of etcd show each other a certificate',
    'What they copy to each other is everything.',
  ),
  asked(
    '2.5',
    'etcd_peer_client_auth',
    'ETCD_PEER_CLIENT_CERT_AUTH',
    'members of etcd ask each other for a certificate',
    'A stranger joins as a member and is sent everything.',
  ),
  unmade('2.6', 'ETCD_PEER_AUTO_TLS', 'members of etcd make no certificate by themselves'),
  {
    id: '2.7',
    title: 'etcd has an authority of its own',
    variable: 'etcd_cert_dir',
    avoid: 'etcd_cert_dir: /etc/kubernetes/ssl',
    fix: 'set `etcd_cert_dir: /etc/ssl/etcd/ssl`',
    why: 'A certificate of any kubelet or user of the cluster would open etcd.',
    broken: (all) =>
      String(all.etcd.ETCD_TRUSTED_CA_FILE).startsWith(`${all.said('kube_cert_dir')}/`) &&
      'lets etcd believe the authority of the cluster',
  },
];

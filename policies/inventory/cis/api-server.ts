import type { Programs } from '../../reading/kubeadm.ts';
import { listOf } from '../../reading/texts.ts';
import { type CisRow, isOff, isOn } from './cis-pack.ts';

const EXTRA = 'kube_kubeadm_apiserver_extra_args';
const flag = (name: string) => (all: Programs) => all.apiServer[name];
const modes = (all: Programs): string[] => listOf(all.apiServer['authorization-mode']).map(String);

/** What kubeadm gives the API server by itself, and nobody may take away. */
const kept = (id: string, names: string[], what: string, why: string): CisRow => ({
  id,
  title: `the API server has ${what}`,
  variable: EXTRA,
  avoid: `${EXTRA}: {${names[0]}: ""}`,
  fix: names.map((name) => `take \`${name}\` out of ${EXTRA}`).join('; '),
  why,
  broken: (all) => {
    const lost = names.find((name) => !all.apiServer[name]);
    return lost !== undefined && `takes --${lost} from its API server`;
  },
});

/** CIS 1.2: who the API server believes, and what it grants them. */
export const API_SERVER: CisRow[] = [
  {
    id: '1.2.2',
    title: 'nobody signs in by a token from a file',
    variable: 'kube_token_auth',
    avoid: 'kube_token_auth: true',
    fix: `set \`kube_token_auth: false\`; take \`token-auth-file\` out of ${EXTRA}`,
    why: 'Such tokens never expire, lie in clear text on three hosts, and change by a restart only.',
    broken: (all) =>
      (isOn(all.said('kube_token_auth')) || flag('token-auth-file')(all)) && 'lets tokens of a file in',
  },
  kept(
    '1.2.4',
    ['kubelet-client-certificate', 'kubelet-client-key'],
    'a certificate to show kubelets',
    'Without it a kubelet that asks for one lets nobody read a log, and one that does not lets everybody.',
  ),
  {
    id: '1.2.5',
    title: 'the API server asks a kubelet for a certificate of its authority',
    variable: 'kubelet_rotate_server_certificates',
    avoid: 'kubelet_rotate_server_certificates: false',
    fix: 'set `kubelet_rotate_server_certificates: true`',
    why: 'Anybody who answers at the address of a node is given commands, files and tokens meant for its pods.',
    broken: (all) => !flag('kubelet-certificate-authority')(all) && 'believes any kubelet',
  },
  {
    id: '1.2.6',
    title: 'not everything is allowed',
    variable: 'authorization_modes',
    avoid: 'authorization_modes: [AlwaysAllow]',
    fix: 'take `AlwaysAllow` out of authorization_modes',
    why: 'Every account of every pod is the administrator then.',
    broken: (all) => modes(all).includes('AlwaysAllow') && 'allows everybody everything',
  },
  {
    id: '1.2.7',
    title: 'a kubelet may touch its own node and pods only',
    variable: 'authorization_modes',
    avoid: 'authorization_modes: [RBAC]',
    fix: 'add `Node` to authorization_modes',
    why: 'One node that is lost reads the secrets of all others.',
    broken: (all) => !modes(all).includes('Node') && 'has no authorizer for nodes',
  },
  {
    id: '1.2.8',
    title: 'roles say who may do what',
    variable: 'authorization_modes',
    avoid: 'authorization_modes: [Node]',
    fix: 'add `RBAC` to authorization_modes',
    why: 'The roles of the tree are read by nobody otherwise.',
    broken: (all) => !modes(all).includes('RBAC') && 'reads no roles',
  },
  {
    id: '1.2.20',
    title: 'a request ends within five minutes',
    variable: 'kube_apiserver_request_timeout',
    avoid: 'kube_apiserver_request_timeout: 3600s',
    fix: 'set `kube_apiserver_request_timeout: 120s`',
    why: 'A few clients with slow requests hold all of its threads.',
    broken: (all) => {
      const seconds = secondsOf(flag('request-timeout')(all));
      return !(seconds > 0 && seconds <= 300) && `lets a request take ${flag('request-timeout')(all)}`;
    },
  },
  {
    id: '1.2.21',
    title: 'a token of an account that is gone is refused',
    variable: EXTRA,
    avoid: `${EXTRA}: {service-account-lookup: "false"}`,
    fix: `take \`service-account-lookup\` out of ${EXTRA}`,
    why: 'To delete an account would not end what its tokens may do.',
    broken: (all) =>
      isOff(flag('service-account-lookup')(all) ?? true) && 'believes tokens of accounts that are gone',
  },
  kept(
    '1.2.22',
    ['service-account-key-file'],
    'the key of account tokens to itself',
    'Tokens would be checked by the key of its TLS certificate, which is renewed: every pod is signed out.',
  ),
  kept(
    '1.2.23',
    ['etcd-certfile', 'etcd-keyfile'],
    'a certificate to show etcd',
    'etcd asks for one; one that does not gives the whole cluster to anybody who reaches it.',
  ),
  kept(
    '1.2.24',
    ['tls-cert-file', 'tls-private-key-file'],
    'a certificate of the cluster',
    'With one that it makes for itself nobody can tell it from somebody else.',
  ),
  kept(
    '1.2.25',
    ['client-ca-file'],
    'the authority of client certificates',
    'Kubelets and administrators cannot sign in, and only the emergency ways are left.',
  ),
  kept(
    '1.2.26',
    ['etcd-cafile'],
    'the authority of etcd',
    'It would write every secret to anybody who answers at the address of etcd.',
  ),
  {
    id: '1.2.30',
    title: 'a token lives as long as it says',
    variable: EXTRA,
    avoid: `${EXTRA} without service-account-extend-token-expiration: "false"`,
    fix: `set \`${EXTRA}: {service-account-extend-token-expiration: "false"}\``,
    why: 'By default a token of an hour is good for a year, for programs that never read it again.',
    broken: (all) =>
      !isOff(flag('service-account-extend-token-expiration')(all)) &&
      'makes every token of a pod good for a year',
  },
];

function secondsOf(duration: unknown): number {
  const parts = [...String(duration).matchAll(/([\d.]+)(h|m|s)/g)];
  const unit: Record<string, number> = { h: 3600, m: 60, s: 1 };
  return parts.reduce((sum, [, number, name = 's']) => sum + Number(number) * unit[name]!, 0);
}

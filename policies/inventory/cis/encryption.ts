import { listOf } from '../../reading/texts.ts';
import type { CisRow } from './cis-pack.ts';

/** Suites with forward secrecy and authenticated encryption. @see CIS Kubernetes Benchmark 1.12, 1.2.29 and 4.2.12 */
const STRONG = /^TLS_(ECDHE_(ECDSA|RSA)_WITH_)?(AES_(128|256)_GCM_SHA(256|384)|CHACHA20_POLY1305(_SHA256)?)$/;
const suites = (
  id: string,
  program: 'apiServer' | 'kubelet',
  field: string,
  { who, extra }: { who: string; extra: string },
): CisRow => ({
  id,
  title: `${who} speaks strong ciphers only`,
  variable: 'tls_cipher_suites',
  avoid: 'tls_cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]',
  fix: `set \`tls_cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]\`; take \`${field}\` out of ${extra}`,
  why: 'What is recorded today is read on the day that the key is lost.',
  broken: (all) => {
    const said = listOf(all[program][field]).map(String);
    if (said.length === 0) return `${who} speaks whatever its release does`;
    const weak = said.filter((each) => !STRONG.test(each));
    return weak.length > 0 && `${who} speaks ${weak.join(', ')}`;
  },
});

/** CIS 1.2.27–29, 4.2.12: what is encrypted, and how well. */
export const ENCRYPTION: CisRow[] = [
  {
    id: '1.2.27',
    title: 'secrets are encrypted at rest',
    variable: 'kube_encrypt_secret_data',
    avoid: 'kube_encrypt_secret_data: false',
    fix: 'set `kube_encrypt_secret_data: true`; set `kube_encryption_resources: [secrets]`',
    why: 'A snapshot of etcd, in a bucket or on a laptop, is every secret of the cluster.',
    broken: (all) =>
      !(
        all.apiServer['encryption-provider-config'] &&
        listOf(all.said('kube_encryption_resources')).includes('secrets')
      ) && 'stores secrets as they are',
  },
  {
    id: '1.2.28',
    title: 'secrets are encrypted by an algorithm that is trusted',
    variable: 'kube_encryption_algorithm',
    avoid: 'kube_encryption_algorithm: identity',
    fix: 'set `kube_encryption_algorithm: secretbox`',
    why: 'identity is none at all, and aesgcm is broken by a key that is used for long.',
    broken: (all) => {
      const algorithm = String(all.said('kube_encryption_algorithm'));
      return !['aescbc', 'kms', 'secretbox'].includes(algorithm) && `encrypts secrets by ${algorithm}`;
    },
  },
  suites('1.2.29', 'apiServer', 'tls-cipher-suites', {
    who: 'the API server',
    extra: 'kube_kubeadm_apiserver_extra_args',
  }),
  suites('4.2.12', 'kubelet', 'tlsCipherSuites', { who: 'a kubelet', extra: 'kubelet_config_extra_args' }),
];

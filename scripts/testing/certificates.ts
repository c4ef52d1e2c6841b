import { run } from '../lib/run.ts';

/** A certificate and its key, as files. */
export interface KeyPair {
  key: string;
  certificate: string;
}

/**
 * Makes a certificate for two days and its key, by openssl: of an authority of its own, or signed by another one.
 *
 * @param subject whom it names, as the common name
 * @param names what else it names, as openssl writes it: `DNS:…`, `IP:…`
 * @param by who signs it @default itself
 * @throws when openssl is not there, or refuses
 */
export async function makeCertificate(
  subject: string,
  { key, certificate }: KeyPair,
  { names = [], by }: { names?: string[]; by?: KeyPair } = {},
): Promise<void> {
  const { code, stderr } = await run([
    ...(['openssl', 'req', '-x509', '-days', '2', '-subj', `/CN=${subject}`] as const),
    ...[
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    ...(names.length > 0 ? ['-addext', `subjectAltName=${names.join()}`] : []),
    ...(by ? ['-addext', 'basicConstraints=critical,CA:FALSE', '-CA', by.certificate, '-CAkey', by.key] : []),
  ]);
  if (code !== 0) throw new Error(stderr);
}

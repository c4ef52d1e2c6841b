import { readFileSync, writeFileSync } from 'node:fs';
import { issue, makeAuthority, read } from '../lib/certs/x509.ts';

/** A certificate and its key, as files. */
export interface KeyPair {
  key: string;
  certificate: string;
}

export interface CertificateProps {
  /** What else it names, as openssl writes it: `DNS:…`, `IP:…`. */
  names?: string[];
  /** Who signs it. @default itself, as an authority */
  by?: KeyPair;
  /** @default 2 */
  days?: number;
}

/**
 * Makes a certificate and its key, by what `npm run certs` makes them with: of an authority of its own, or for a server and client
 * that another one vouches for.
 *
 * @param subject whom it names, as the common name
 * @returns its serial number, in hexadecimal digits
 */
export async function makeCertificate(
  subject: string,
  { key, certificate }: KeyPair,
  { names = [], by, days = 2 }: CertificateProps = {},
): Promise<string> {
  const now = new Date();
  const given = (kind: 'DNS' | 'IP') =>
    names.flatMap((name) => (name.startsWith(`${kind}:`) ? [name.slice(kind.length + 1)] : []));
  const [dns, addresses] = [given('DNS'), given('IP')];
  const made = by
    ? await issue(
        { commonName: subject, usages: ['server', 'client'], names: dns, addresses },
        {
          by: { certificate: readFileSync(by.certificate, 'utf8'), key: readFileSync(by.key, 'utf8') },
          now,
          days,
        },
      )
    : await makeAuthority(subject, { now, days, names: dns, addresses });
  writeFileSync(key, made.key, { mode: 0o600 });
  writeFileSync(certificate, made.certificate);
  return read(made.certificate).serial;
}

import 'reflect-metadata';
import { createPrivateKey, X509Certificate as Read, randomBytes } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate and its private key, as PEM. */
export interface Pair {
  certificate: string;
  key: string;
}

/** Whom a certificate is for. */
export interface Subject {
  commonName: string;
  usages: readonly ('server' | 'client')[];
  names: readonly string[];
  addresses: readonly string[];
}

const DAY = 86_400_000;
/** Authorities last ten years, as those that kubeadm and `cockroach cert` make. */
const AUTHORITY_DAYS = 3650;
/** A year, as the certificates that kubeadm makes. */
const CERTIFICATE_DAYS = 365;
/** A clock that is behind by less finds a new certificate valid. */
const EARLIER = 3_600_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const SERVER = '1.3.6.1.5.5.7.3.1';
const CLIENT = '1.3.6.1.5.5.7.3.2';

/** An authority with a new key; with names, one that serves as well, as a small installation of somebody else does. */
export async function makeAuthority(
  name: string,
  {
    now,
    days = AUTHORITY_DAYS,
    names = [],
    addresses = [],
  }: { now: Date; days?: number; names?: readonly string[]; addresses?: readonly string[] },
): Promise<Pair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...period(now, days),
    serialNumber: serial(),
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...alternatives(names, addresses),
    ],
  });
  return { certificate: pem(certificate), key: await keyPem(keys) };
}

/** A certificate with a new key, signed by an authority. It never lasts longer than the authority does. */
export async function issue(
  { commonName, usages, names, addresses }: Subject,
  { by, now, days = CERTIFICATE_DAYS }: { by: Pair; now: Date; days?: number },
): Promise<Pair> {
  const keys = await newKeys();
  const authority = new x509.X509Certificate(by.certificate);
  const signingKey = await crypto.subtle.importKey('pkcs8', keyBytes(by.key), ALGORITHM, false, ['sign']);
  const { notBefore, notAfter } = period(now, days);
  const certificate = await x509.X509CertificateGenerator.create({
    notBefore,
    notAfter: notAfter < authority.notAfter ? notAfter : authority.notAfter,
    serialNumber: serial(),
    subject: [{ CN: [commonName] }],
    issuer: authority.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages.map((usage) => (usage === 'server' ? SERVER : CLIENT))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      // Two authorities of one name are told apart by it while a rotation lasts.
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
      ...alternatives(names, addresses),
    ],
  });
  return { certificate: pem(certificate), key: await keyPem(keys) };
}

/** What a certificate says. */
export interface Facts extends Subject {
  notBefore: Date;
  notAfter: Date;
  /** In hexadecimal digits. */
  serial: string;
  isAuthority: boolean;
}

/** Reads a certificate. @throws for what is none */
export function read(certificate: string): Facts {
  const found = new x509.X509Certificate(certificate);
  const alternative = found.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  const usages = found.getExtension(x509.ExtendedKeyUsageExtension)?.usages ?? [];
  return {
    commonName: found.subjectName.getField('CN')[0] ?? '',
    usages: [
      ...(usages.includes(SERVER) ? (['server'] as const) : []),
      ...(usages.includes(CLIENT) ? (['client'] as const) : []),
    ],
    names: alternative.filter(({ type }) => type === 'dns').map(({ value }) => value),
    addresses: alternative.filter(({ type }) => type === 'ip').map(({ value }) => value),
    notBefore: found.notBefore,
    notAfter: found.notAfter,
    serial: found.serialNumber,
    isAuthority: found.getExtension(x509.BasicConstraintsExtension)?.ca ?? false,
  };
}

/** Whether one of these authorities has signed a certificate: its key, not its name, for two may have one name. */
export function isSignedBy(certificate: string, authorities: readonly string[]): boolean {
  const found = new Read(certificate);
  return authorities.some((authority) => found.verify(new Read(authority).publicKey));
}

/** Whether a private key is that of a certificate. */
export function isPair({ certificate, key }: Pair): boolean {
  try {
    return new Read(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** The certificates of a PEM file, which may have several, one after the other. */
export const certificatesIn = (text: string): string[] =>
  [...text.matchAll(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g)].map(
    ([found]) => `${found}\n`,
  );

const alternatives = (names: readonly string[], addresses: readonly string[]) =>
  names.length + addresses.length === 0
    ? []
    : [
        new x509.SubjectAlternativeNameExtension([
          ...names.map((value) => ({ type: 'dns' as const, value })),
          ...addresses.map((value) => ({ type: 'ip' as const, value })),
        ]),
      ];
const newKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
const period = (now: Date, days: number) => ({
  notBefore: new Date(now.getTime() - EARLIER),
  notAfter: new Date(now.getTime() + days * DAY),
});
/** Sixteen random bytes, positive and never short. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString('hex');
}
const pem = (certificate: x509.X509Certificate): string => `${certificate.toString('pem').trim()}\n`;
async function keyPem({ privateKey }: CryptoKeyPair): Promise<string> {
  const bytes = await crypto.subtle.exportKey('pkcs8', privateKey);
  return `${x509.PemConverter.encode(bytes, 'PRIVATE KEY').trim()}\n`;
}
const keyBytes = (key: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createPrivateKey(key).export({ format: 'der', type: 'pkcs8' }));

import type { CertificatePlace, Identity } from '#constructs/platform/certificates.ts';
import { certificatesIn, type Facts, isPair, isSignedBy, read } from './x509.ts';

/** Certificates that end sooner are issued anew: the alerts say so on the same day. */
const EARLY_DAYS = 30;
const DAY = 86_400_000;

/** How the certificate of one identity at one place is. */
export type State =
  | { is: 'good'; until: Date }
  | { is: 'missing'; file: string }
  | { is: 'expired' | 'expiring'; until: Date }
  | { is: 'wrong'; file: string; what: string };

/** One place of one identity. */
export interface Row {
  identity: string;
  place: CertificatePlace;
  state: State;
}

/** The files of a place as they are, by their names there; nothing for one that is missing. */
export type Files = (place: CertificatePlace, file: string) => string | undefined;

/** The file names of a place by what they are for. */
export function partsOf({ files }: CertificatePlace): {
  authority: string;
  certificate?: string;
  key?: string;
} {
  const key = files.find((file) => file.endsWith('.key'));
  const certificate = key?.replace(/\.key$/, '.crt');
  const authority = files.find((file) => file.endsWith('.crt') && file !== certificate)!;
  return { authority, ...(key && certificate && { key, certificate }) };
}

/** Which certificates are missing, end soon, or say something else than the table of identities. */
export function plan(
  identities: readonly Identity[],
  files: Files,
  { trusted, signer, now }: { trusted: readonly string[]; signer?: string; now: Date },
): Row[] {
  return identities.flatMap((identity) =>
    identity.places.map((place) => ({
      identity: identity.id,
      place,
      state: judge(identity, place, files, { trusted, ...(signer !== undefined && { signer }), now }),
    })),
  );
}

function judge(
  identity: Identity,
  place: CertificatePlace,
  files: Files,
  { trusted, signer, now }: { trusted: readonly string[]; signer?: string; now: Date },
): State {
  const parts = partsOf(place);
  const wrong = (file: string, what: string): State => ({ is: 'wrong', file, what });
  const text = files(place, parts.certificate!);
  const key = files(place, parts.key!);
  const bundle = files(place, parts.authority);
  if (text === undefined) return { is: 'missing', file: parts.certificate! };
  let facts: Facts;
  try {
    facts = read(text);
  } catch {
    return wrong(parts.certificate!, 'is no certificate');
  }
  const differences = differencesOf(identity, facts);
  if (differences.length > 0) return wrong(parts.certificate!, differences.join('; '));
  if (trusted.length > 0 && !isSignedBy(text, trusted))
    return wrong(parts.certificate!, 'is signed by an authority that nobody trusts');
  if (signer !== undefined && !isSignedBy(text, [signer]))
    return wrong(parts.certificate!, 'is signed by an authority that goes');
  if (facts.notAfter <= now) return { is: 'expired', until: facts.notAfter };
  if (facts.notBefore > now)
    return wrong(parts.certificate!, `is valid only from ${day(facts.notBefore)} on`);
  if (key === undefined) return { is: 'missing', file: parts.key! };
  if (!isPair({ certificate: text, key })) return wrong(parts.key!, 'is the key of another certificate');
  if (facts.notAfter.getTime() - now.getTime() < EARLY_DAYS * DAY)
    return { is: 'expiring', until: facts.notAfter };
  if (bundle === undefined) return { is: 'missing', file: parts.authority };
  const lacking = trusted.filter((authority) => !certificatesIn(bundle).includes(authority));
  if (lacking.length > 0) return wrong(parts.authority, 'lacks an authority that is trusted now');
  if (trusted.length > 0 && certificatesIn(bundle).length > trusted.length)
    return wrong(parts.authority, 'has an authority that is trusted no longer');
  return { is: 'good', until: facts.notAfter };
}

/** In what a certificate differs from its row of the table. */
function differencesOf(wanted: Identity, found: Facts): string[] {
  return [
    ...(found.isAuthority ? ['is an authority'] : []),
    ...(found.commonName === wanted.commonName
      ? []
      : [`is for ${found.commonName || 'nobody'}, not for ${wanted.commonName}`]),
    ...difference('usage', wanted.usages, found.usages),
    ...difference('name', wanted.names, found.names),
    ...difference('address', wanted.addresses.map(canonical), found.addresses.map(canonical)),
  ];
}
function difference(what: string, wanted: readonly string[], found: readonly string[]): string[] {
  const lacking = wanted.filter((each) => !found.includes(each));
  const spare = found.filter((each) => !wanted.includes(each));
  return [
    ...(lacking.length > 0 ? [`lacks the ${what} ${lacking.join(', ')}`] : []),
    ...(spare.length > 0 ? [`has the ${what} ${spare.join(', ')}, which nobody dials`] : []),
  ];
}

/** One spelling of an IPv6 address: as the URL standard writes it. */
const canonical = (address: string): string =>
  address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
export const day = (date: Date): string => date.toISOString().slice(0, 10);

/** A place in words: `Secret education/pgbouncer-server at sxb`. */
export const placeInWords = (place: CertificatePlace): string =>
  'secret' in place
    ? `Secret ${place.namespace}/${place.secret} at ${place.site}`
    : `${place.folder} of ${place.host}`;

/** How it is, in words: `expired 2026-11-01`, `node.crt lacks the name a.example`. */
export function stateInWords(state: State): string {
  switch (state.is) {
    case 'good':
      return `good until ${day(state.until)}`;
    case 'missing':
      return `${state.file} is missing`;
    case 'expired':
      return `expired ${day(state.until)}`;
    case 'expiring':
      return `ends ${day(state.until)}`;
    case 'wrong':
      return `${state.file} ${state.what}`;
  }
}

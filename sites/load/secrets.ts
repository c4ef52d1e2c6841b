/**
 * Secrets that were pasted where they do not belong. Messages, JSON and logs of a build are read by many and kept for long, so
 * what looks like a secret is never repeated there: its kind and its length are enough to find it.
 */
export interface Secret {
  /** `a private key`. */
  kind: string;
  start: number;
  end: number;
}

/** Forms that are nothing but secrets. @see https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns */
const CERTAIN: [kind: string, form: RegExp][] = [
  [
    'a private key',
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|$(?![\s\S]))/g,
  ],
  ['a private key', /PuTTY-User-Key-File-\d[\s\S]*?(?:Private-MAC: *[0-9a-f]*|$(?![\s\S]))/g],
  // What is left of a key whose first and last lines were not copied.
  [
    'a private key',
    /\b(?:b3BlbnNzaC1rZXktdjE|MII[EJC][A-Za-z0-9]{3}IBA)[A-Za-z0-9+/=]*(?:\s+[A-Za-z0-9+/=]{16,})*/g,
  ],
  ['a private key', /\bAGE-SECRET-KEY-1[A-Z0-9]+/g],
  [
    'an access token',
    /\b(?:gh[pousr]_|github_pat_|glpat-|gldt-|xox[abprs]-|hv[sb]\.|npm_|dop_v1_|sk_live_|rk_live_)[\w.-]{10,}/g,
  ],
  ['an access token', /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g],
  ['an access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
];

/** A password before the host of an address, and what stands after a key that is named like a secret. */
const NAMED: [kind: string, form: RegExp][] = [
  ['a password', /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gi],
  [
    'a secret',
    /(?=[^\s,}\]])(?<=(?:pass(?:word|wd|phrase)|secret|token|api[-_]?key|private[-_]?key|access[-_]?key|credentials?)["']?[^\S\n]{0,20}[:=][^\S\n]{0,20})[^\n]+/gi,
  ],
];

/** Runs of letters and digits without a word in them, as long as a token; a public key is meant to be read by others. */
const RUN = /[A-Za-z0-9+/_=-]{20,}/g;
const PUBLIC = /^AAAA[BCEGI][23]?/;
const isRandom = (run: string): boolean =>
  !PUBLIC.test(run) &&
  !run.startsWith('/dev/') &&
  new Set(run).size >= 8 &&
  ((/[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)) ||
    /^(?=.*\d)(?=.*[a-f])[0-9a-f]{32,}$/i.test(run));

/** What is certainly a secret: its place in these files is always a mistake. */
export const secretsIn = (text: string): Secret[] => merged(found(CERTAIN, text));

/** The same text to the letter, but for stars in the place of whatever may be a secret. */
export function starred(text: string): string {
  return replaced(text, (secret) => secret.replaceAll(/\S/g, '*'));
}

/** A text without what may be a secret: `(a private key, 399 characters, not shown)`. */
export function concealed(text: string): string {
  return replaced(text, (secret, kind) => `(${kind}, ${secret.length} characters, not shown)`);
}

function replaced(text: string, by: (secret: string, kind: string) => string): string {
  const random = [...text.matchAll(RUN)]
    .filter(([run]) => isRandom(run))
    .map(({ 0: run, index }) => ({ kind: 'a long random text', start: index, end: index + run.length }));
  let [shown, last] = ['', 0];
  for (const { kind, start, end } of merged([...found([...CERTAIN, ...NAMED], text), ...random])) {
    shown += text.slice(last, start) + by(text.slice(start, end), kind);
    last = end;
  }
  return shown + text.slice(last);
}

const found = (forms: [string, RegExp][], text: string): Secret[] =>
  forms.flatMap(([kind, form]) =>
    [...text.matchAll(form)].map(({ 0: secret, index }) => ({
      kind,
      start: index,
      end: index + secret.length,
    })),
  );

/** In the order of the text, one where several overlap: the kind that was looked for first. */
function merged(secrets: Secret[]): Secret[] {
  const sorted = secrets
    .map((secret, rank) => ({ ...secret, rank }))
    .sort((a, b) => a.start - b.start || a.rank - b.rank);
  return sorted.reduce<(Secret & { rank: number })[]>((kept, secret) => {
    const last = kept.at(-1);
    if (!last || secret.start >= last.end) kept.push(secret);
    else {
      if (secret.rank < last.rank) last.kind = secret.kind;
      last.rank = Math.min(last.rank, secret.rank);
      last.end = Math.max(last.end, secret.end);
    }
    return kept;
  }, []);
}

import type { Finding, Policy } from '../law.ts';
import { ofKind } from '../reading/objects.ts';

export const noSecrets: Policy = {
  id: 'no-secrets',
  title: 'no file of the tree holds a private key, a password, a token or a Secret',
  why: 'Avoid: a secret in a file that is read, compared and kept in git. Prefer: the name of a Secret or of a file that is made at deploy time. Rationale: what was in git once is known to everybody who ever had a copy, and changing it afterwards is work for a night.',
  check: (_model, tree) => [
    ...[...tree].flatMap(([path, text]) => FORMS.flatMap(({ form, what }) => judge(path, text, form, what))),
    ...ofKind(tree, 'Secret')
      .filter(({ object }) => Object.keys({ ...object.data, ...object.stringData }).length > 0)
      .map(({ path, namespace, name }) => ({
        path,
        text: name,
        message: `the Secret ${namespace}/${name} is in the tree with what it holds`,
        fix: 'let it be made at deploy time, and name it on the page of what comes before the first time',
      })),
  ],
};

/** What secrets look like; a word that names where one comes from is none. */
const FORMS: { form: RegExp; what: string }[] = [
  { form: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g, what: 'a private key' },
  { form: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, what: 'an access key of S3' },
  { form: /\b(?:ghp|gho|ghs|github_pat|glpat|xox[abp]|sk_live|hvs)[_-][A-Za-z0-9_-]{16,}/g, what: 'a token' },
  { form: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g, what: 'a signed token' },
  { form: /\bcrl-0-[A-Za-z0-9+/]{10,}/g, what: 'the licence of CockroachDB' },
  {
    form: /\b\w+:\/\/[^\s:/@"'${}<]+:(?![$<{%*]|password@)[^\s:/@"'${}<]{3,}@/g,
    what: 'a URL with a password',
  },
  { form: /\bBearer (?![$<{%])[A-Za-z0-9._-]{16,}/g, what: 'a token' },
  {
    form: /^\s*(?:-\s+)?["']?(?:[\w.-]*_)?(?:password|passwd|passphrase|secret_access_key|secret_key|api_key|auth_pass|auth_token|private_key)["']?\s*[:=]\s*["']?(?![$<{%*|>]|\/|null\b|true\b|false\b|no\b|yes\b|["']?\s*$)[^\s"',]{4,}/gim,
    what: 'a password',
  },
  { form: /\b(?:WITH )?PASSWORD '(?!')[^']+'/g, what: 'a password of SQL' },
  { form: /^\s*auth_pass \S+/gm, what: 'a password of VRRP' },
  { form: /^\s*(?:user \S+ (?:insecure-)?password|stats auth) \S+/gm, what: 'a password of HAProxy' },
  { form: /^\s*secret "[A-Za-z0-9+/=]{16,}";/gm, what: 'a key of TSIG' },
  { form: /\$(?:2[aby]|5|6|y|argon2id?)\$[^\s"']{20,}/g, what: 'a hash of a password' },
];

function judge(path: string, text: string, form: RegExp, what: string): Finding[] {
  return [...text.matchAll(form)].slice(0, 1).map(({ index }) => {
    const line = text.slice(0, index).split('\n').length + (/^\s*\n/.test(text.slice(index)) ? 1 : 0);
    // The finding is printed into logs: it says where, and never what.
    return {
      path,
      message: `line ${line} holds ${what}`,
      fix: 'take it out, make another one at deploy time, and name where it comes from',
    };
  });
}

import { COCKROACHDB_CERTIFICATES } from '#constructs/kubernetes/database/cockroachdb.ts';
import { identities } from '#constructs/platform/certificates.ts';
import type { Model, Site } from '#sites/model.ts';
import { databaseNodes } from '#sites/questions.ts';
import type { Action, Gate, Procedure, Step } from '#sites/schema/procedure.ts';

/**
 * Until everything that reads certificates by itself has done so: a kubelet replaces the files of a Secret within its period of 60 s
 * and half of that again, the pooler looks every 10 s, and no connection of the app or the pooler lives longer than 60 s.
 * @see https://kubernetes.io/docs/concepts/configuration/secret/#mounted-secrets-are-updated-automatically
 */
const SETTLE_SECONDS = 180;

const SECONDS = { ours: 120, put: 1800, pod: 300 } as const;

/** What a rotation is for. */
export interface RotationProps {
  model: Model;
  /** Identities whose key may be known to others; none, where the authority is only old. */
  revoked?: readonly string[];
  /** @default SETTLE_SECONDS */
  settleSeconds?: number;
  /** Options that every command of ours is given, such as `--sites`. */
  options?: readonly string[];
}

/**
 * Replaces the authority of the database, and with it every certificate, while everything runs. First both authorities are trusted
 * everywhere, then every certificate is signed by the new one, and only then the old one is forgotten: at no moment does a
 * certificate meet somebody who does not trust it.
 */
export function rotation({
  model,
  revoked = [],
  settleSeconds = SETTLE_SECONDS,
  options = [],
}: RotationProps): Procedure {
  const all = sitesWith(model);
  const ours = (door: 'certs' | 'secrets', ...words: string[]): Action & Gate => ({
    in: 'here',
    command: ['npm', 'run', '--silent', door, '--', ...words, ...options],
  });
  const settle: Action = { in: 'here', command: ['sleep', String(settleSeconds)] };
  const putAll = all.map(({ code }) => ours('secrets', 'put', code, '--certificates'));
  const nothing = (why: string) => ({ why, do: [] });
  const around = (phase: string, { title, why }: { title: string; why: string }): Step[] => [
    {
      id: `write-${phase}`,
      title,
      why,
      do: ours('certs', 'issue'),
      until: [ours('certs', 'plan')],
      timeoutSeconds: SECONDS.ours,
      undo: nothing('the files follow the authorities: the way back of those writes them'),
    },
    ...all.flatMap((site) => [
      {
        id: `put-${phase}-${site.code}`,
        title: `Put them where ${site.code} reads them`,
        why: 'What is only in the encrypted files is known to nobody who verifies.',
        do: ours('secrets', 'put', site.code, '--certificates'),
        // No gate: a run that was cut in its middle does it again, whatever has arrived.
        until: [],
        timeoutSeconds: SECONDS.put,
        undo: nothing('the way back of the authorities puts what it wrote'),
      },
      ...(nodesOf(site).length === 0
        ? []
        : [
            {
              id: `see-${phase}-${site.code}`,
              title: `Wait until the database nodes of ${site.code} have the files`,
              why: 'A kubelet replaces the files of a changed Secret within a minute and a half.',
              until: nodesOf(site).flatMap((pod) =>
                (['ca.crt', 'node.crt'] as const).map((file) => holds(site, pod, { file, options })),
              ),
              timeoutSeconds: SECONDS.pod,
              undo: nothing('nothing was done'),
            },
          ]),
      ...nodesOf(site).map((pod) => ({
        id: `reload-${phase}-${site.code}-${pod.replace(/\D+/, '')}`,
        title: `Have ${pod} of ${site.code} read them`,
        why: 'A node reads its certificates at its start and on SIGHUP. On hosts the playbook reloads the unit.',
        do: { in: site.code, command: ['exec', pod, '--', '/bin/sh', '-c', 'kill -HUP 1'] },
        until: [],
        timeoutSeconds: SECONDS.pod,
        undo: nothing('a node that reads its files once more has lost nothing'),
      })),
    ]),
    {
      id: `settle-${phase}`,
      title: 'Wait until everything else has read them',
      why: 'Kubelets replace the files of pods in turns; poolers, the app, Prometheus and exporters read them at their next connection.',
      do: settle,
      until: [],
      timeoutSeconds: settleSeconds + 60,
      undo: nothing('time is not taken back'),
    },
  ];
  return {
    id: revoked.length > 0 ? 'certificates-revoke' : 'certificates-rotate',
    title:
      revoked.length > 0
        ? `Have nobody believe the certificates of ${revoked.join(', ')} any more`
        : 'Replace the authority of the database and every certificate',
    when:
      revoked.length > 0
        ? 'When a key may be known to others. Neither the database nor poolers ask for lists of revoked certificates, so the authority that signed it goes: until the last step the old certificate still signs in.'
        : 'A year before the authority ends, or when its key may be known to others. No client notices it.',
    places: {
      here: { prefix: [] },
      ...Object.fromEntries(
        all
          .filter((site) => nodesOf(site).length > 0)
          .map(({ code }) => [
            code,
            { site: code, prefix: ['kubectl', `--context=${code}`, '--namespace=cockroachdb'] },
          ]),
      ),
    },
    steps: [
      {
        id: 'make-authority',
        title: 'Make the next authority',
        why: 'It signs nothing yet; it has to be trusted first.',
        do: ours('certs', 'authority', 'next'),
        until: [{ ...ours('certs', 'authority'), matches: ['next|previous'] }],
        timeoutSeconds: SECONDS.ours,
        undo: {
          why: 'nobody trusts the next authority any more',
          do: [ours('certs', 'authority', 'drop'), ours('certs', 'issue'), ...putAll],
        },
      },
      ...around('both', {
        title: 'Have both authorities trusted',
        why: 'A certificate of the new one is refused by whoever knows only the old one.',
      }),
      {
        id: 'promote-authority',
        title: 'Let the next authority sign',
        why: 'Everybody trusts both by now.',
        do: ours('certs', 'authority', 'promote'),
        until: [{ ...ours('certs', 'authority'), matches: ['previous'] }],
        timeoutSeconds: SECONDS.ours,
        undo: {
          why: 'every certificate is signed by the old authority again, and both are trusted',
          do: [ours('certs', 'authority', 'demote'), ours('certs', 'issue'), ...putAll, settle],
        },
      },
      ...around('new', {
        title: 'Issue every certificate anew',
        why: 'Whoever still shows one of the old authority is refused when that is forgotten.',
      }),
      {
        id: 'forget-authority',
        title: 'Forget the old authority',
        why: 'Its key could still make certificates that everybody believes.',
        do: ours('certs', 'authority', 'forget'),
        until: [{ ...ours('certs', 'authority'), rejects: ['previous'] }],
        timeoutSeconds: SECONDS.ours,
        undo: nothing('its key is gone, and nothing needs it: begin a new rotation instead'),
      },
      ...around('alone', {
        title: 'Have the new authority trusted alone',
        why: 'Only then a certificate of the old one is refused.',
      }),
      ...all
        .filter(({ kubernetes }) => kubernetes)
        .map(
          ({ code }): Step => ({
            id: `restart-grafana-${code}`,
            title: `Start Grafana of ${code} again`,
            why: 'It reads its certificate at its start only.',
            do: {
              in: 'here',
              command: [
                'kubectl',
                `--context=${code}`,
                '--namespace=monitoring',
                'rollout',
                'restart',
                'deployment/grafana',
              ],
            },
            until: [
              {
                in: 'here',
                command: [
                  'kubectl',
                  `--context=${code}`,
                  '--namespace=monitoring',
                  'rollout',
                  'status',
                  'deployment/grafana',
                ],
              },
            ],
            timeoutSeconds: SECONDS.pod,
            undo: nothing('it has lost nothing'),
          }),
        ),
    ],
  };
}

/** Sites where a certificate of the authority lies. */
const sitesWith = (model: Model): Site[] => {
  const codes = new Set(identities(model).flatMap(({ places }) => places.map(({ site }) => site)));
  return model.sites.filter(({ code }) => codes.has(code));
};

/** The pods of the database at a site. */
const nodesOf = (site: Site): string[] =>
  site.kubernetes ? databaseNodes(site).map((_, index) => `cockroachdb-${index}`) : [];

/** Until a pod has a file as it was issued: certificates are no secret, and are compared whole. */
const holds = (
  { code }: Site,
  pod: string,
  { file, options }: { file: 'ca.crt' | 'node.crt'; options: readonly string[] },
): Gate => ({
  in: code,
  command: ['exec', pod, '--', 'cat', `${COCKROACHDB_CERTIFICATES}/${file}`],
  sameAs: {
    in: 'here',
    command: [
      ...['npm', 'run', '--silent', 'certs', '--', 'show'],
      file === 'ca.crt' ? 'authority' : `${code}/cockroachdb-node`,
      ...options,
    ],
  },
});

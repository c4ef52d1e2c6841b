import type { Finding, Policy } from '../law.ts';
import { procedureFiles } from '../reading/object-store-tree.ts';
import type { Data } from '../reading/objects.ts';
import { listOf } from '../reading/texts.ts';

export const planWords: Policy = {
  id: 'plan-words',
  title: 'programs know every word of the commands of a plan, and what has a value gets one',
  why: 'Avoid: an option with a slip in it, an output that goes nowhere, a selector of pods that nothing makes. Prefer: the words of the program, each option with its value. Rationale: a plan is run when something is lost already; a command that ends with its usage text is one that nobody tried.',
  check: (_model, tree) =>
    procedureFiles(tree).flatMap(({ path, plan }) =>
      listOf(plan?.steps).flatMap((step: Data) =>
        runs(step).flatMap((command) => {
          const line = command.join(' ');
          const form = FORMS.find(({ begins }) => begins.test(line));
          const wrong = (text: string, message: string, fix: string): Finding => ({
            path,
            text,
            message,
            fix,
          });
          if (!form)
            return [
              wrong(
                command[0] ?? '',
                `the step ${String(step.id)} runs \`${line.slice(0, 60)}\`, which is no command of a plan`,
                'write one that is known, or add it to policies/plans/plan-words.ts',
              ),
            ];
          if (form.whole.test(line)) return [];
          const odd = command.find((word) => !form.words.test(word)) ?? command.at(-1)!;
          return [
            wrong(
              odd,
              `the step ${String(step.id)} runs \`${line.slice(0, 90)}\`, which ${form.program} does not understand at \`${odd}\``,
              `write it as ${form.program} documents it`,
            ),
          ];
        }),
      ),
    ),
};

/** Every command that a step may run: to act, to go back and to ask. */
function runs(step: Data): string[][] {
  const gates = listOf(step?.until);
  const all = [step?.do, step?.undo?.do, ...gates, ...gates.map((gate: Data) => gate.sameAs)].flat();
  return listOf(all).flatMap((run: Data) =>
    [run.command, run.read, run.write].flatMap((command: Data) =>
      Array.isArray(command) ? [command.map(String)] : [],
    ),
  );
}

const URL = 'https:\\/\\/[\\w.-]+(:\\d+)?(\\/\\S*)?';
const CEPH = '--rgw-realm=[\\w-]+ --rgw-zonegroup=[\\w-]+ --rgw-zone=[\\w-]+';
/**
 * Commands by how they begin: the whole line, and what its words look like where it is another one.
 * @see https://docs.ceph.com/en/latest/man/8/radosgw-admin/ @see https://kubernetes.io/docs/reference/kubectl/ @see https://helm.sh/docs/helm/helm_upgrade/
 */
const FORMS: readonly { begins: RegExp; program: string; whole: RegExp; words: RegExp }[] = (
  [
    [
      'curl ',
      'curl',
      `curl --silent( --fail)? --output \\/dev\\/null --max-time \\d+( --cacert \\/\\S+)?( --connect-to [\\w.-]+:\\d+:[\\w.-]+:\\d+)? ${URL}`,
    ],
    [
      'radosgw-admin (period|zone|zonegroup|sync)',
      'radosgw-admin',
      `radosgw-admin (period get-current|period update|sync status|zonegroup (get|set)|zone modify) ${CEPH}( --commit| --master --read-only=false| --read-only(=(true|false))?)?`,
    ],
    ['ceph ', 'ceph', 'ceph (health|osd tree down --format=json)'],
    ['get ', 'kubectl', 'get [a-z]+(\\/[\\w-]+| [\\w-]+) --output=(json|jsonpath=\\{[.\\w]+\\})'],
    ['patch ', 'kubectl', 'patch [a-z]+ [\\w-]+ --type=(merge|json|strategic) --patch=\\{.+\\}'],
    ['delete ', 'kubectl', 'delete pod --selector=app=rook-ceph-rgw --wait=true'],
    [
      'wait ',
      'kubectl',
      'wait (pod --selector=app=rook-ceph-rgw )?--for=condition=\\w+ --timeout=\\d+s( crd\\/[\\w.-]+)?',
    ],
    ['rollout ', 'kubectl', 'rollout status (deployment|statefulset|daemonset)\\/[\\w-]+ --timeout=\\d+s'],
    [
      'upgrade ',
      'helm',
      `upgrade [\\w-]+ [\\w-]+ --repo=${URL} --version=v[\\d.]+( --create-namespace)? --install --atomic --timeout=\\d+m --values=-`,
    ],
    ['rollback ', 'helm', 'rollback [\\w-]+ --wait'],
    [
      'amtool ',
      'amtool',
      'amtool --alertmanager\\.url=http:\\/\\/localhost:9093 silence (add --author=\\w+ --comment=[\\w .-]+ --duration=\\d+h site=[\\w-]+|query( --quiet)? site=[\\w-]+)',
    ],
    [
      'sh ',
      'the shell',
      'sh -c ids=\\$\\(amtool --alertmanager\\.url=http:\\/\\/localhost:9093 silence query --quiet site=[\\w-]+\\) && \\{ test -z "\\$ids" \\|\\| amtool --alertmanager\\.url=http:\\/\\/localhost:9093 silence expire \\$ids; \\}',
    ],
  ] as const
).map(([begins, program, whole]) => ({
  begins: new RegExp(`^${begins}`),
  program,
  whole: new RegExp(`^${whole}$`),
  words: /^(--[a-z][\w.-]*(=.+)?|[\w./:-]+|\S+:\S+)$/,
}));

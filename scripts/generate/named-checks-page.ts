import type { Named, Pack } from '#policies/named/check.ts';
import { DECLINED, OTHERWISE, SAME } from '#policies/named/declined.ts';
import { NAMED } from '#policies/named/packs.ts';
import { WAIVERS } from '#policies/named/waivers.ts';

/** `docs/named-checks.md`: which named checks there are, which we decline and why, and what is waived. */
export function namedChecksPage(): string {
  const count = NAMED.reduce((sum, { checks }) => sum + checks.length, 0);
  return `${[
    HEAD(count),
    '## Which way we go',
    'Tools contradict each other, and some checks are not for us. A check that stands here is not asked; what holds in its place is.',
    table(
      ['check', 'why not', 'instead'],
      DECLINED.map(({ check, reason, instead }) => [code(check), reason, instead ? listed(instead) : '']),
    ),
    'Some checks of kube-linter are asked with other words than its program has; a test holds the two against each other:',
    table(
      ['check', 'here'],
      Object.entries(OTHERWISE).map(([check, how]) => [code(check), how]),
    ),
    'Checks of kube-score that are one of another source once more are asked under that name:',
    table(
      ['kube-score', 'asked as'],
      Object.entries(SAME).map(([check, as]) => [code(check), code(as)]),
    ),
    '## Waivers',
    `An object that may break a check. At most ten, each with a reason; one that allows nothing is a finding. Data: \`policies/named/waivers.ts\`.`,
    table(
      ['check', 'object', 'reason', 'since'],
      WAIVERS.map(({ check, object, reason, since }) => [code(check), code(object), reason, since]),
    ),
    ...NAMED.flatMap(section),
  ].join('\n\n')}\n`;
}

const HEAD = (count: number) => `# Named checks

<!-- Made by \`npm run laws\` from policies/; do not edit. -->

The ${count} checks that other people have given a name, judged on the rendered text by the laws \`named-checks\` and \`pod-security\`.
\`npm run check -- --list\` names all of them, \`npm run check -- --explain kube-linter/host-pid\` says what to avoid, what to
write and why. Each is proved: one thing broken in a healthy tree makes exactly it speak, and its fix silences it.`;

const section = ({ source, tool, page, checks }: Pack<Named>): string[] => [
  `## ${source}`,
  `${checks.length} checks; [${tool}](${page}).`,
  table(
    ['check', 'what holds', 'avoid'],
    checks.map(({ id, title, avoid }) => [code(id.slice(source.length + 1)), title, code(avoid)]),
  ),
];

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;
const listed = (names: string): string => names.split(', ').map(code).join(', ');

import { exitOf, type Report } from '../report.ts';
import { groupLines, meaningText, movedLines, sorted, summary, verdictText, whom } from './parts.ts';
import { safe } from './values.ts';

/** What a comment of GitHub may have, in characters; GitLab takes more. @see https://github.com/orgs/community/discussions/41331 */
const COMMENT_MAX = 65_536;
/** Room for the sentence that says what was cut. */
const SPARE = 400;
/** Of one kind of news; more stand in the details. */
const LINES_MAX = 60;

/** A line by which a later run finds the comment of an earlier one. */
const MARK = '<!-- fredu diff -->';

/** The report for a pull request: what it means stays whole, details are folded and cut from the end. */
export function markdown(report: Report, { charactersMax = COMMENT_MAX - 1 } = {}): string {
  const head = [
    MARK,
    `### ${verdict(report)}`,
    '',
    `\`${report.before}\` → \`${report.after}\`: ${summary(report)}`,
    '',
  ];
  if (report.groups.length === 0) return `${head.join('\n')}\n`;
  const opening = [...head, ...meaning(report)].join('\n');
  const start =
    opening.length > charactersMax - 2 * SPARE
      ? `${whole(opening.slice(0, charactersMax - 2 * SPARE))}\n\n… the rest does not fit into a comment\n`
      : opening;
  const groups = sorted(report.groups);
  const details: string[] = ['', '<details><summary>What changed</summary>', ''];
  let length = start.length + details.join('\n').length + SPARE;
  let shown = 0;
  for (const group of groups) {
    const { head: title, lines } = groupLines(group);
    const block = fenced([title, ...lines.map((line) => `    ${line}`)]);
    if (length + block.length + 2 > charactersMax) break;
    details.push(block, '');
    length += block.length + 2;
    shown += 1;
  }
  if (shown < groups.length)
    details.push(
      `… ${groups.length - shown} of ${groups.length} groups of changes do not fit into a comment: \`npm run diff -- --all\` shows them.`,
      '',
    );
  details.push('</details>', '');
  return `${start}\n${details.join('\n')}`;
}
/** No line is cut in two. */
const whole = (text: string): string => text.slice(0, text.lastIndexOf('\n'));

function verdict(report: Report): string {
  const wider = report.exposures.filter(({ how }) => how === 'wider').length;
  const loss = report.worst === 'data loss';
  if (exitOf(report) === 3)
    return [
      loss ? 'This change loses data' : '',
      wider > 0
        ? `${loss ? 'and ' : 'This change '}opens ${wider === 1 ? 'a way' : `${wider} ways`} that ${wider === 1 ? 'was' : 'were'} closed`
        : '',
    ]
      .filter(Boolean)
      .join(' ');
  const said: Record<string, string> = {
    nothing: report.groups.length > 0 ? 'This change does nothing to what runs' : 'Nothing differs',
    reload: 'This change is taken over without a restart',
    restart: 'This change restarts things one after the other',
    outage: 'This change stops something',
    recreate: 'This change needs something to be made again',
    refused: 'This change cannot be applied as it stands',
  };
  return said[report.worst] ?? '';
}

function meaning(report: Report): string[] {
  const lines: string[] = [];
  const section = (title: string, items: readonly string[]) => {
    if (items.length === 0) return;
    lines.push(`**${title}**`, '', ...items.slice(0, LINES_MAX).map((item) => `- ${item}`));
    if (items.length > LINES_MAX) lines.push(`- … and ${items.length - LINES_MAX} more`);
    lines.push('');
  };
  const shown = report.meanings.filter(({ level }) => level !== 'nothing');
  section(
    'What it means',
    shown.map((each) => `**${each.level}** – ${plain(meaningText(each))}`),
  );
  const idle = report.meanings.filter(({ level }) => level === 'nothing').flatMap(({ changes }) => changes);
  if (idle.length > 0) lines.push(`Nothing comes of the rest: ${plain(whom([...new Set(idle)]))}.`, '');
  section(
    'Who reaches what',
    report.exposures.map(({ how, text }) => `**${how}** – ${plain(text)}`),
  );
  section('Limits', movedLines(report.limits).map(plain));
  section('What it costs', movedLines(report.costs).map(plain));
  section(
    'Verdicts that changed',
    report.verdicts.map((each) => verdictText(each).map(plain).join(' – ')),
  );
  if (report.unjudged !== undefined) lines.push(`Not judged: ${plain(report.unjudged)}.`, '');
  return lines;
}

/** Words that are no markup and call nobody. */
const plain = (text: string): string =>
  safe(text)
    .replaceAll('\n', ' ')
    .replaceAll(/[\\`*_[\]<>#|~]/g, (each) => `\\${each}`)
    .replaceAll('@', '@\u200b');

/** A block of text that nothing in it can close. */
function fenced(lines: readonly string[]): string {
  const body = lines.map(safe).join('\n');
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([each]) => each.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${body}\n${fence}`;
}

import { LEVELS } from '../change.ts';
import type { Report } from '../report.ts';
import { groupLines, meaningText, movedLines, sorted, summary, verdictText, whom } from './parts.ts';
import { safe } from './values.ts';

export interface TextOptions {
  colour?: boolean;
  /** Details are cut after this many groups. @default 40 */
  groupsMax?: number;
}

/** The report for a terminal: first what it means, then what changed. */
export function text(report: Report, { colour = false, groupsMax = 40 }: TextOptions = {}): string {
  const paint = (code: number, words: string) => (colour ? `\u001b[${code}m${words}\u001b[0m` : words);
  const title = (words: string) => `\n${paint(1, words)}`;
  const lines = [`${report.before} -> ${report.after}: ${summary(report)}`];
  if (report.groups.length === 0) return `${lines.join('\n')}\n`;

  lines.push(title('What it means'));
  const COLOURS: Record<string, number> = {
    'data loss': 31,
    refused: 31,
    recreate: 31,
    outage: 31,
    restart: 33,
  };
  for (const level of LEVELS.toReversed()) {
    const same = report.meanings.filter((each) => each.level === level);
    if (same.length === 0) continue;
    if (level === 'nothing') {
      lines.push(`  ${level.padEnd(10)}${whom([...new Set(same.flatMap(({ changes }) => changes))])}`);
      continue;
    }
    for (const each of same)
      lines.push(`  ${paint(COLOURS[level] ?? 0, level.padEnd(10))}${safe(meaningText(each))}`);
  }
  const [worse, mild] = [
    report.exposures.filter(({ how }) => how === 'wider'),
    report.exposures.filter(({ how }) => how !== 'wider'),
  ];
  if (report.exposures.length > 0) lines.push(title('Who reaches what'));
  for (const { how, text: words } of [...worse, ...mild])
    lines.push(`  ${paint(how === 'wider' ? 31 : 0, how.padEnd(10))}${safe(words)}`);
  if (report.limits.length > 0)
    lines.push(title('Limits'), ...movedLines(report.limits).map((line) => `  ${line}`));
  if (report.costs.length > 0)
    lines.push(title('What it costs'), ...movedLines(report.costs).map((line) => `  ${line}`));
  lines.push(...verdictLines(report, title));

  lines.push(title('What changed'));
  const groups = sorted(report.groups);
  for (const group of groups.slice(0, groupsMax)) {
    const { head, lines: details } = groupLines(group);
    lines.push(`  ${head}`, ...details.map((line) => `      ${line}`));
  }
  if (groups.length > groupsMax)
    lines.push(`  … and ${groups.length - groupsMax} more groups of changes: --all shows them`);
  return `${lines.join('\n')}\n`;
}

function verdictLines({ verdicts, unjudged }: Report, title: (words: string) => string): string[] {
  if (unjudged !== undefined) return [title('Verdicts'), `  not judged: ${unjudged}`];
  if (verdicts.length === 0) return [];
  return [
    title('Verdicts that changed'),
    ...verdicts.map((each) => {
      const [head, words] = verdictText(each);
      return `  ${head.padEnd(10)} ${safe(words)}`;
    }),
  ];
}

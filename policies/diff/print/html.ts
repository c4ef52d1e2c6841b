import type { Report } from '../report.ts';
import { groupLines, meaningText, movedLines, sorted, summary, verdictText, whom, worstIn } from './parts.ts';
import { safe } from './values.ts';

const STYLE = `:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884 }
th { font-weight: 600; width: 8rem } td, th, summary { overflow-wrap: anywhere } summary { cursor: pointer }
pre { background: #8881; padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere }
.bad { color: light-dark(#b00020, #ff8a80) }`;
const BAD = ['data loss', 'refused', 'recreate', 'outage', 'wider', 'now breaks', 'worse'];

/** The report as one page that needs no network. */
export function html(report: Report): string {
  const title = `${report.before} → ${report.after}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(summary(report))}</p>
${sections(report, 'h2')}
</main>
</html>
`;
}

/** What a report says, as the part of a page under a title of its own. */
export function sections(report: Report, heading: Heading): string {
  const section = (title: string, rows: readonly Row[]): string => sectionOf(heading, title, rows);
  const parts = [
    section('What it means', meaning(report)),
    section(
      'Who reaches what',
      report.exposures.map(({ how, text }) => [how, text]),
    ),
    section('Limits', places(movedLines(report.limits))),
    section('What it costs', places(movedLines(report.costs))),
    section('Verdicts that changed', report.verdicts.map(verdictText)),
    report.unjudged === undefined ? '' : `<p>Not judged: ${escaped(report.unjudged)}.</p>`,
    details(report, heading),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

type Heading = 'h2' | 'h3';
type Row = readonly [head: string, words: string];

function sectionOf(heading: Heading, title: string, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map(([head, words]) => {
    const mark = BAD.includes(head) ? ' class="bad"' : '';
    return `<tr><th scope="row"${mark}>${escaped(head)}</th><td>${escaped(words)}</td></tr>`;
  });
  return `<${heading}>${title}</${heading}>\n<table>\n${lines.join('\n')}\n</table>`;
}

function meaning(report: Report): Row[] {
  const idle = report.meanings.filter(({ level }) => level === 'nothing').flatMap(({ changes }) => changes);
  const shown = report.meanings.filter(({ level }) => level !== 'nothing');
  return [
    ...shown.map((each): Row => [each.level, meaningText(each)]),
    ...(idle.length > 0 ? [['nothing', whom([...new Set(idle)])] as const] : []),
  ];
}

/** `dc: …` with the site as the head of its row. */
const places = (lines: readonly string[]): Row[] =>
  lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]);

function details({ groups }: Report, heading: Heading): string {
  if (groups.length === 0) return '';
  const blocks = sorted(groups).map((group) => {
    const { head, lines } = groupLines(group);
    const title = `${escaped(head)} <small>${escaped(worstIn(group))}</small>`;
    return `<details><summary>${title}</summary><pre>${escaped(lines.join('\n'))}</pre></details>`;
  });
  return `<${heading}>What changed</${heading}>\n${blocks.join('\n')}`;
}

const escaped = (text: string): string =>
  safe(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

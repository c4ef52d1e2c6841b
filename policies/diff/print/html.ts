import { LEVELS } from '../change.ts';
import type { Report } from '../report.ts';
import { groupLines, meaningText, movedLines, sorted, summary, whom, worstIn } from './parts.ts';
import { safe } from './values.ts';

const STYLE = `:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884 }
th { white-space: nowrap; font-weight: 600 } pre { overflow-x: auto; background: #8881; padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere }
summary { cursor: pointer; overflow-wrap: anywhere } td { overflow-wrap: anywhere }
.bad { color: light-dark(#b00020, #ff8a80) } @media print { details > pre { display: block } }`;
const BAD = ['data loss', 'refused', 'recreate', 'outage', 'wider', 'now breaks'];

/** The report as one page that needs no network. */
export function html(report: Report): string {
  const rows = (all: readonly (readonly [string, string])[]) =>
    all
      .map(
        ([head, words]) =>
          `<tr><th scope="row"${BAD.includes(head) ? ' class="bad"' : ''}>${escaped(head)}</th><td>${escaped(words)}</td></tr>`,
      )
      .join('\n');
  const section = (title: string, all: readonly (readonly [string, string])[]) =>
    all.length === 0 ? '' : `<h2>${title}</h2>\n<table>\n${rows(all)}\n</table>`;
  const idle = report.meanings.filter(({ level }) => level === 'nothing').flatMap(({ changes }) => changes);
  const meaning = [
    ...report.meanings
      .filter(({ level }) => level !== 'nothing')

      .map((each) => [each.level, meaningText(each)] as const),
    ...(idle.length > 0 ? [['nothing', whom([...new Set(idle)])] as const] : []),
  ];
  const lines = (all: readonly string[]) =>
    all.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]);
  const details = sorted(report.groups, LEVELS).map((group) => {
    const { head, lines: said } = groupLines(group);
    return `<details><summary>${escaped(head)} <small>${escaped(worstIn(group))}</small></summary><pre>${escaped(said.join('\n'))}</pre></details>`;
  });
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
${[
  section('What it means', meaning),
  section(
    'Who reaches what',
    report.exposures.map(({ how, text }) => [how, text] as const),
  ),
  section('Limits', lines(movedLines(report.limits))),
  section('What it costs', lines(movedLines(report.costs))),
  section(
    'Verdicts that changed',
    report.verdicts.map(
      ({ how, law, message }) => [how === 'new' ? 'now breaks' : 'now keeps', `${law}: ${message}`] as const,
    ),
  ),
  report.unjudged === undefined ? '' : `<p>Not judged: ${escaped(report.unjudged)}.</p>`,
  details.length > 0 ? `<h2>What changed</h2>\n${details.join('\n')}` : '',
]
  .filter(Boolean)
  .join('\n')}
</main>
</html>
`;
}
const escaped = (text: string): string =>
  safe(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

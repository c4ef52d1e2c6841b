import { join, relative, resolve } from 'node:path';
import { main, options } from './lib/main.ts';
import { loadSites, ROOT, SITES } from './lib/sites.ts';
import { type Synthesized, synth } from './lib/synthesis.ts';
import type { Change } from './lib/tree.ts';

const USAGE = `npm run synth [-- SITE…] [--sites FOLDER] [--out FOLDER] [--json]
  Writes what the files of a folder (default sites/, or FREDU_SITES) say below the out folder (default dist/), one folder a
  site. It does not ask the laws: npm run check does.`;

/** One short table, then what changed since the last run. */
export function report(made: Synthesized[], out: string): string {
  const row = (cells: string[]) =>
    `${cells[0]!.padEnd(10)}${cells
      .slice(1)
      .map((cell) => cell.padStart(9))
      .join('')}`;
  const lines = [
    row(['site', 'files', 'objects', 'ms']),
    ...made.map((each) =>
      row([each.place, String(each.files), String(each.objects), each.milliseconds.toFixed(0)]),
    ),
  ];
  const changes = made.flatMap(({ place, change }) => [
    ...change.added.map((path) => `  + ${place}/${path}`),
    ...change.changed.map((path) => `  ~ ${place}/${path}`),
    ...change.removed.map((path) => `  - ${place}/${path}`),
  ]);
  const edited = made.flatMap(({ place, change }) => change.edited.map((path) => `  ! ${place}/${path}`));
  const where = relative(process.cwd(), out) || '.';
  const count = (key: keyof Change) => made.reduce((sum, { change }) => sum + change[key].length, 0);
  const summary =
    changes.length === 0
      ? `${where}/ is as it was`
      : `${where}/: ${count('added')} added, ${count('changed')} changed, ${count('removed')} removed`;
  const files = made.reduce((sum, each) => sum + each.files, 0);
  // Of a first run everything is new: the table says so.
  const notable = count('added') === files ? [] : changes;
  const listed =
    notable.length > SHOWN ? [...notable.slice(0, SHOWN), `  … and ${notable.length - SHOWN} more`] : notable;
  const notes = edited.length > 0 ? ['edited by hand since the last run, and replaced:', ...edited] : [];
  const refused = made.flatMap((each) => each.refused);
  const stuck =
    refused.length > 0
      ? [
          'an API server that has the tree of the last run refuses:',
          ...refused.flatMap(({ path, message, fix }) => [`  x ${path}: ${message}`, `    = fix: ${fix}`]),
        ]
      : [];
  return [...lines, '', summary, ...listed, ...notes, ...stuck, ''].join('\n');
}
const SHOWN = 20;

/** A synthesis is a second, the laws are several: who writes a tree hears that nobody has judged it. */
function unjudged(notes: number, sites: string): string {
  const options = sites === SITES.sites.default ? '' : ` -- --sites ${sites}`;
  const said = notes > 0 ? `; ${notes} ${notes > 1 ? 'notes' : 'note'} above` : '';
  return `not judged: npm run check${options} asks the laws${said}`;
}

if (import.meta.main) {
  await main(() => {
    const { values, positionals } = options(
      USAGE,
      {
        ...SITES,
        out: { type: 'string', default: process.env.CDK8S_OUTDIR ?? join(ROOT, 'dist') }, // set by `cdk8s synth`
        json: { type: 'boolean' },
      },
      { words: true },
    );
    const { model, notes } = loadSites(values.sites, { json: values.json });
    if (!model) return 1;
    const out = resolve(values.out);
    const made = synth(model, out, positionals);
    if (values.json) process.stdout.write(`${JSON.stringify(made, null, 2)}\n`);
    else process.stdout.write(`${report(made, out)}${unjudged(notes.length, values.sites)}\n`);
    return 0;
  });
}

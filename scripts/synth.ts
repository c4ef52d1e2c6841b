import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { artefacts, PLACES } from '../charts/artefacts.ts';
import type { Finding } from '../policies/policy.ts';
import { refusedChanges } from '../policies/unchangeable.ts';
import { type Loaded, load } from '../sites/load.ts';
import type { Model } from '../sites/model.ts';
import { nearest } from '../sites/near.ts';
import { print } from '../sites/problem.ts';
import { CannotLook, main, options } from './main.ts';
import { type Change, writeTree } from './tree.ts';

const USAGE = `npm run synth [-- SITE…] [--sites FOLDER] [--out FOLDER] [--json]
  Writes what the files of a folder (default sites/, or FREDU_SITES) say below the out folder (default dist/), one folder a
  site. It does not ask the laws: npm run check does.`;

/** The project's own folder: commands do the same from any working directory. */
export const ROOT = join(import.meta.dirname, '..');
/**
 * The option of every command that reads a platform: the folder with its files. Where other programs start a command, and
 * hand no options on (`cdk8s synth`, `cdktn synth`, a test), the environment says it.
 */
export const SITES = {
  sites: { type: 'string', default: process.env.FREDU_SITES || join(ROOT, 'sites') },
} as const;

export interface Synthesized {
  place: string;
  files: number;
  objects: number;
  milliseconds: number;
  change: Change;
  /** What an API server to which the tree that stood there was applied refuses of this one. */
  refused: Finding[];
}

/** Makes the tree of the given places (none: all) and replaces it in `out`. @throws CannotLook for a site that is not there */
export function synth(model: Model, out: string, only: string[] = []): Synthesized[] {
  const all: string[] = [...model.sites.map((site) => site.code), ...PLACES];
  const wrong = only.find((place) => !all.includes(place));
  if (wrong) throw new CannotLook(`there is no site ${wrong}; ${suggestion(wrong, all)}`);
  const wanted = only.length > 0 ? all.filter((place) => only.includes(place)) : all;
  const made = wanted.map((place) => {
    const start = performance.now();
    const files = new Map(
      [...artefacts(model, place)].map(([path, text]) => [path.slice(place.length + 1), text]),
    );
    const objects = [...files.keys()].filter((path) => path.startsWith('kubernetes/')).length;
    return { place, files, objects, milliseconds: performance.now() - start };
  });
  const places = new Map(made.map(({ place, files }) => [place, files]));
  const refused = new Map(made.map(({ place, files }) => [place, refusedAfter(out, place, files)]));
  const changes = writeTree(out, new Map(places), (place) => only.length > 0 && !wanted.includes(place));
  const gone = [...changes.keys()].filter((place) => !places.has(place));
  return [
    ...made.map(({ place, files, objects, milliseconds }) => ({
      place,
      files: files.size,
      objects,
      milliseconds,
      change: changes.get(place)!,
      refused: refused.get(place)!,
    })),
    ...gone.map((place) => ({
      place,
      files: 0,
      objects: 0,
      milliseconds: 0,
      change: changes.get(place)!,
      refused: [],
    })),
  ];
}

/** Compares what stands in `out` with what will: only objects whose text differs are read. */
function refusedAfter(out: string, place: string, files: ReadonlyMap<string, string>): Finding[] {
  const before = new Map<string, string>();
  const after = new Map<string, string>();
  for (const [path, text] of files) {
    const file = join(out, place, path);
    if (!path.startsWith('kubernetes/') || !existsSync(file)) continue;
    const old = readFileSync(file, 'utf8');
    if (old === text || parseDocument(old).errors.length > 0) continue; // edited by hand, and no YAML any more
    before.set(`${place}/${path}`, old);
    after.set(`${place}/${path}`, text);
  }
  return refusedChanges(before, after);
}

function suggestion(wrong: string, all: string[]): string {
  const near = nearest(wrong, all);
  return near ? `did you mean ${near}?` : `there are ${all.join(', ')}`;
}

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
  const told = count('added') === files ? [] : changes;
  const listed =
    told.length > SHOWN ? [...told.slice(0, SHOWN), `  … and ${told.length - SHOWN} more`] : told;
  const notes = edited.length > 0 ? ['edited by hand since the last run, and made anew:', ...edited] : [];
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

/**
 * What the files of a folder say, or every problem printed; notes are printed as well, but with `json`, where who asked has
 * to. @throws CannotLook when the folder cannot be read
 */
export function loadSites(folder: string = SITES.sites.default, { json = false } = {}): Loaded {
  const loaded = load(resolve(folder));
  if (json && !loaded.model)
    process.stdout.write(`${JSON.stringify({ problems: loaded.problems }, null, 2)}\n`);
  else if (!json) process.stderr.write(print([...loaded.problems, ...loaded.notes]));
  return loaded;
}
/** The model alone, as most commands need it. @throws CannotLook as above */
export const loadModel = (folder?: string, how?: { json?: boolean }): Model | undefined =>
  loadSites(folder, how).model;

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
    if (process.env.FREDU_PEAK_MEMORY)
      process.stderr.write(`peak memory ${process.resourceUsage().maxRSS} kB\n`);
    return 0;
  });
}

import { artefacts } from '#charts/artefacts.ts';
import { POLICIES } from '#policies/index.ts';
import { CannotLook, main, options } from './lib/main.ts';
import { loadModel } from './lib/sites.ts';
import { HARMLESS } from './testing/mutants/harmless.ts';
import { judging } from './testing/mutants/judging.ts';
import { groupOf, kindOf } from './testing/mutants/kind.ts';
import { described, type Mutant, mutants, mutated } from './testing/mutants/mutants.ts';
import { THREE_SITES } from './testing/three-sites.ts';

const USAGE = `npm run bench:laws [-- --count 1000] [--seed 1] [--kind TEXT] [--without LAW,…] [--everywhere] [--json]
  Breaks one small thing after the other in the tree of the three sites, and counts what the laws notice, by kind of file.
  --kind takes only kinds of files with this text in their name, --without leaves laws out, and --everywhere makes the same
  change in every file of the kind, as a slip in a generator would.`;

interface Row {
  group: string;
  made: number;
  noticed: number;
  harmless: number;
}

await main(() => {
  const { values } = options(USAGE, {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string' },
    without: { type: 'string', default: '' },
    everywhere: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const [count, seed] = [number('count', values.count), number('seed', values.seed)];
  const left = values.without.split(',').filter(Boolean);
  const unknown = left.find((id) => !POLICIES.some((law) => law.id === id));
  if (unknown) throw new CannotLook(`no law ${unknown}, which --without names`);
  const model = loadModel(THREE_SITES);
  if (!model) return 2;
  const whole = artefacts(model);
  const tree = values.kind
    ? new Map([...whole].filter(([path]) => groupOf(kindOf(path)).includes(values.kind!)))
    : whole;
  if (tree.size === 0) throw new CannotLook(`no kind of file has ${values.kind} in its name`);
  const start = performance.now();
  const { notice } = judging(
    model,
    whole,
    POLICIES.filter(({ id }) => !left.includes(id)),
  );
  const rows = new Map<string, Row>();
  const unnoticed: Mutant[] = [];
  const crashes: string[] = [];
  const finders = new Map<string, number>();
  for (const mutant of mutants(tree, { count, seed, everywhere: values.everywhere })) {
    const group = groupOf(mutant.kind);
    const row = rows.get(group) ?? { group, made: 0, noticed: 0, harmless: 0 };
    rows.set(group, row);
    row.made += 1;
    const seen = notice(mutated(whole, mutant), mutant.changes);
    if (seen?.found.bug) crashes.push(`${described(mutant)}: ${seen.law.id}: ${seen.found.message}`);
    if (seen) {
      row.noticed += 1;
      finders.set(seen.law.id, (finders.get(seen.law.id) ?? 0) + 1);
    } else if (HARMLESS.some(({ is }) => is(mutant))) row.harmless += 1;
    else unnoticed.push(mutant);
  }
  const seconds = (performance.now() - start) / 1000;
  const sorted = [...rows.values()].sort((a, b) => (a.group < b.group ? -1 : 1));
  const all = total(sorted);
  if (values.json)
    process.stdout.write(
      `${JSON.stringify({ count, seed, seconds, ...all, rows: sorted, finders: Object.fromEntries(finders), unnoticed: unnoticed.map(described), crashes }, null, 2)}\n`,
    );
  else {
    const line = `${all.noticed} of ${all.made - all.harmless} mutants that change behaviour are noticed (${share(all)} %), ${all.harmless} change none, ${crashes.length} make a law fail; ${seconds.toFixed(0)} s`;
    process.stdout.write(
      [table([...sorted, all]), ...unnoticed.map(described), ...crashes, '', line, ''].join('\n'),
    );
  }
  return crashes.length > 0 ? 1 : 0;
});

function number(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new CannotLook(`--${name} is ${text}; write a number from 1 to 999999`);
  return Number(text);
}

function total(rows: Row[]): Row {
  const sum = (key: 'made' | 'noticed' | 'harmless') => rows.reduce((before, row) => before + row[key], 0);
  return { group: 'all', made: sum('made'), noticed: sum('noticed'), harmless: sum('harmless') };
}

function share({ made, noticed, harmless }: Row): string {
  return made === harmless ? '–' : ((100 * noticed) / (made - harmless)).toFixed(1);
}

function table(rows: Row[]): string {
  const width = Math.max(...rows.map(({ group }) => group.length));
  const line = (row: Row): string =>
    [
      row.group.padEnd(width),
      ...[row.made, row.harmless, row.noticed, share(row)].map((each) => String(each).padStart(8)),
    ].join(' ');
  const head = `${'files'.padEnd(width)}     made harmless  noticed        %`;
  return [head, ...rows.map(line), ''].join('\n');
}

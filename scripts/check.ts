import { readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { artefacts } from '#charts/artefacts.ts';
import { POLICIES } from '#policies/index.ts';
import { refusedChanges, unchangeable } from '#policies/kubernetes/unchangeable.ts';
import type { Finding, Policy, Tree } from '#policies/law.ts';
import { load } from '#sites/load/load.ts';
import type { Problem } from '#sites/load/problem.ts';
import { print } from '#sites/load/problem.ts';
import type { Model } from '#sites/model.ts';
import { causeOf, type Sources, sourcesOf } from './lib/cause.ts';
import { explained, listed, rules } from './lib/explained.ts';
import { CannotLook, main, options } from './lib/main.ts';
import { type NamedTree, namedTree } from './lib/named-tree.ts';
import { junit } from './lib/reports/junit.ts';
import { sarif } from './lib/reports/sarif.ts';
import { ROOT, SITES } from './lib/sites.ts';
import { listFiles } from './lib/tree.ts';
import { treeState } from './lib/tree-state.ts';

const USAGE = `npm run check [-- --sites FOLDER] [--tree FOLDER] [--since FOLDER] [--json | --sarif | --junit]
npm run check -- --explain LAW | --list
  Judges what the files of a folder (default sites/, or FREDU_SITES) would become by every law, or with --tree what stands in
  a folder that synth wrote, edited or not. Findings point into the tree and, where it can be known, at the line of a site file.
  --since names a tree that was applied, such as dist, and adds what its API servers would refuse of this one. --sarif is for the
  viewers of GitHub and GitLab, --junit for those of tests. --explain tells what a law or a named check is for, --list names all.
  Exit: 0 clean, 1 problems, 2 could not look.`;

const FORMS = ['json', 'sarif', 'junit'] as const;

/** How places are shown: the folder of the tree, and the site files that findings come from. */
interface Shown {
  root?: string;
  sources?: Sources;
}

/** A finding of a law in the shape of all problems: it points into the generated file. */
export function problemOf(
  policy: Pick<Policy, 'id'>,
  finding: Finding,
  tree: ReadonlyMap<string, string>,
  { root = 'dist', sources }: Shown = {},
): Problem {
  const cause = sources && !finding.bug ? causeOf(finding, sources) : undefined;
  return {
    code: finding.check ?? policy.id,
    severity: 'error',
    message: finding.message,
    ...(finding.bug
      ? { file: fileOf(policy.id), line: 1, column: 1, source: '' }
      : place(finding, tree, root)),
    ...(finding.other ? { other: place(finding.other, tree, root) } : {}),
    ...(cause ? { cause } : {}),
    fix: finding.fix,
    why: `npm run check -- --explain ${finding.check ?? policy.id}`,
  };
}

/** Where a law stands: in one of the rooms. */
const fileOf = (id: string): string =>
  join('policies', [...listFiles(join(ROOT, 'policies'))].find((path) => path.endsWith(`/${id}.ts`)) ?? '');

/** What every law finds; of a law that a lab need not keep one note in place of its findings. */
export function judged(
  model: Model,
  tree: Tree,
  shown: Shown = {},
): { problems: Problem[]; notes: Problem[] } {
  const [problems, notes]: [Problem[], Problem[]] = [[], []];
  for (const policy of POLICIES) {
    const found = policy.check(model, tree);
    const [first, ...more] = found;
    if (!first) continue;
    if (!model.lab || !policy.lab || found.some(({ bug }) => bug)) {
      problems.push(...found.map((finding) => problemOf(policy, finding, tree, shown)));
      continue;
    }
    const others = more.length > 0 ? `, and ${more.length} more of the kind` : '';
    const message = `a lab does not promise that ${policy.title}: ${first.message}${others}`;
    notes.push({
      ...problemOf(policy, { ...first, message, fix: policy.lab }, tree, shown),
      severity: 'note',
    });
  }
  return { problems, notes };
}

function place(
  { path, text }: { path: string; text?: string },
  tree: ReadonlyMap<string, string>,
  root: string,
) {
  const lines = (tree.get(path) ?? '').split('\n');
  const index =
    text === undefined
      ? 0
      : Math.max(
          0,
          lines.findIndex((line) => line.includes(text)),
        );
  const source = lines[index] ?? '';
  const column = text === undefined ? 1 : Math.max(0, source.indexOf(text)) + 1;
  return { file: join(root, path), line: index + 1, column, source };
}

if (import.meta.main) {
  await main(async () => {
    const { values } = options(USAGE, {
      explain: { type: 'string' },
      list: { type: 'boolean' },
      json: { type: 'boolean' },
      sarif: { type: 'boolean' },
      junit: { type: 'boolean' },
      since: { type: 'string' },
      tree: { type: 'string' },
      ...SITES,
    });
    if (values.explain !== undefined || values.list) {
      process.stdout.write(values.explain === undefined ? listed() : explained(values.explain));
      return 0;
    }
    const forms = FORMS.filter((form) => values[form]);
    if (forms.length > 1)
      throw new CannotLook(`--${forms.join(' and --')} are two forms of one answer; name one`);
    const [form] = forms;
    const { model, problems, notes } = load(resolve(values.sites));
    if (!model) return report(form, { problems, notes, files: 0 });
    const wanted = artefacts(model);
    const named = values.tree === undefined ? undefined : await treeOf(model, values.tree);
    const tree = named?.tree ?? wanted;
    const found = judged(model, tree, {
      root: values.tree ?? 'dist',
      sources: sourcesOf(model, resolve(values.sites), shownAs(values.sites)),
    });
    problems.push(...found.problems);
    notes.push(...found.notes);
    if (values.tree !== undefined && !named?.commit)
      for (const each of treeState(values.tree, tree, wanted))
        (each.severity === 'note' ? notes : problems).push(each);
    if (values.since !== undefined)
      problems.push(
        ...refusedChanges(applied(resolve(values.since)), tree).map((finding) =>
          problemOf(unchangeable, finding, tree),
        ),
      );
    return report(form, { problems, notes, files: tree.size });
  });
}

/** Prints in one of the forms, or for a person; the exit code. */
function report(
  form: (typeof FORMS)[number] | undefined,
  { problems, notes, files }: { problems: Problem[]; notes: Problem[]; files: number },
): number {
  const say = (text: string) => process.stdout.write(text);
  if (form === 'json') say(`${JSON.stringify({ laws: POLICIES.length, problems, notes }, null, 2)}\n`);
  else if (form === 'sarif') say(`${JSON.stringify(sarif([...problems, ...notes], rules()), null, 2)}\n`);
  else if (form === 'junit') say(junit(problems, POLICIES));
  else {
    process.stderr.write(print([...notes, ...problems]));
    if (problems.length === 0) say(`${files} files keep ${POLICIES.length} laws\n`);
  }
  return problems.length > 0 ? 1 : 0;
}

/** A tree that somebody names. @throws CannotLook when there is none, or it is that of other sites */
async function treeOf(model: Model, name: string): Promise<NamedTree> {
  const named = await namedTree(name);
  const places = [...new Set([...named.tree.keys()].map((path) => path.split('/')[0]!))];
  if (!model.sites.some(({ code }) => places.includes(code)))
    throw new CannotLook(
      `${name} has ${places.join(', ')}, and none of the sites ${model.sites.map(({ code }) => code).join(', ')}; name its site files with --sites`,
    );
  return named;
}

/** A folder of ours as it is reached from the project, another one as it was named. */
function shownAs(folder: string): string {
  const below = relative(ROOT, resolve(folder));
  return below.startsWith('..') ? folder : below;
}

/** @throws CannotLook when there is no such folder */
function applied(folder: string): Tree {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new CannotLook(`${folder} is no folder; --since names a tree that synth wrote`);
  return new Map([...listFiles(folder)].map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { artefacts } from '#charts/artefacts.ts';
import { POLICIES } from '#policies/index.ts';
import { refusedChanges, unchangeable } from '#policies/kubernetes/unchangeable.ts';
import type { Finding, Policy, Tree } from '#policies/law.ts';
import type { Problem } from '#sites/load/problem.ts';
import { print } from '#sites/load/problem.ts';
import type { Model } from '#sites/model.ts';
import { explained, listed } from './lib/explained.ts';
import { CannotLook, main, options } from './lib/main.ts';
import { loadSites, SITES } from './lib/sites.ts';
import { listFiles } from './lib/tree.ts';

const USAGE = `npm run check [-- --sites FOLDER] [--since FOLDER] [--json] | npm run check -- --explain LAW | --list
  Judges what the files of a folder (default sites/, or FREDU_SITES) would become by every law; --explain tells what a law
  or a named check is for, and --list names all of them. --since names a tree that was applied, such as dist, and adds what its API servers would refuse of this one.`;

/** A finding of a law in the shape of all problems: it points into the generated file. */
export function problemOf(
  policy: Pick<Policy, 'id'>,
  finding: Finding,
  tree: ReadonlyMap<string, string>,
): Problem {
  return {
    code: finding.check ?? policy.id,
    severity: 'error',
    message: finding.message,
    ...(finding.bug
      ? { file: `policies/${policy.id}.ts`, line: 1, column: 1, source: '' }
      : place(finding, tree)),
    ...(finding.other ? { other: place(finding.other, tree) } : {}),
    fix: finding.fix,
    why: `npm run check -- --explain ${finding.check ?? policy.id}`,
  };
}

/** What every law finds; of a law that a lab need not keep one note in place of its findings. */
export function judged(model: Model, tree: Tree): { problems: Problem[]; notes: Problem[] } {
  const [problems, notes]: [Problem[], Problem[]] = [[], []];
  for (const policy of POLICIES) {
    const found = policy.check(model, tree);
    const [first, ...more] = found;
    if (!first) continue;
    if (!model.lab || !policy.lab || found.some(({ bug }) => bug)) {
      problems.push(...found.map((finding) => problemOf(policy, finding, tree)));
      continue;
    }
    const others = more.length > 0 ? `, and ${more.length} more of the kind` : '';
    const message = `a lab does not promise that ${policy.title}: ${first.message}${others}`;
    notes.push({ ...problemOf(policy, { ...first, message, fix: policy.lab }, tree), severity: 'note' });
  }
  return { problems, notes };
}

function place({ path, text }: { path: string; text?: string }, tree: ReadonlyMap<string, string>) {
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
  return { file: `dist/${path}`, line: index + 1, column, source };
}

if (import.meta.main) {
  await main(() => {
    const { values } = options(USAGE, {
      explain: { type: 'string' },
      list: { type: 'boolean' },
      json: { type: 'boolean' },
      since: { type: 'string' },
      ...SITES,
    });
    if (values.explain !== undefined || values.list) {
      process.stdout.write(values.explain === undefined ? listed() : explained(values.explain));
      return 0;
    }
    const { model, notes } = loadSites(values.sites, { json: values.json });
    if (!model) return 1;
    const tree = artefacts(model);
    const { problems, notes: tolerated } = judged(model, tree);
    notes.push(...tolerated);
    if (!values.json) process.stderr.write(print(tolerated));
    if (values.since !== undefined)
      problems.push(
        ...refusedChanges(applied(resolve(values.since)), tree).map((finding) =>
          problemOf(unchangeable, finding, tree),
        ),
      );
    if (values.json)
      process.stdout.write(`${JSON.stringify({ laws: POLICIES.length, problems, notes }, null, 2)}\n`);
    else if (problems.length > 0) process.stderr.write(print(problems));
    else process.stdout.write(`${tree.size} files keep ${POLICIES.length} laws\n`);
    return problems.length > 0 ? 1 : 0;
  });
}

/** @throws CannotLook when there is no such folder */
function applied(folder: string): Tree {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new CannotLook(`${folder} is no folder; --since names a tree that synth wrote`);
  return new Map([...listFiles(folder)].map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

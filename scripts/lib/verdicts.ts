import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changedSurvival, type Verdict } from '#policies/diff/index.ts';
import { type Judgement, judgementOf } from './judgement.ts';
import { type NamedTree, writeSitesAt } from './named-tree.ts';

/** What only one of the trees breaks or survives, or why nobody looked: by the laws of today. */
export async function verdicts(before: NamedTree, after: NamedTree): Promise<Verdict[] | string> {
  const unknown = [before, after].find(({ sites, commit }) => sites === undefined && commit === undefined);
  if (unknown) return `nobody knows of which sites ${unknown.name} was made`;
  if (isSame(before, after)) return [];
  const scratch = mkdtempSync(join(tmpdir(), 'fredu-diff-'));
  try {
    const was = judgementOf(await withSites(before, scratch));
    const is = judgementOf(await withSites(after, scratch)); // texts that both have are read once
    if (!was || !is) return `the sites of ${(was ? after : before).name} are refused today`;
    return [...changedFindings(was, is), ...changedSurvival(was.survival, is.survival)];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
const isSame = ({ tree }: NamedTree, other: NamedTree): boolean =>
  tree.size === other.tree.size && [...tree].every(([path, text]) => other.tree.get(path) === text);

async function withSites(side: NamedTree, scratch: string): Promise<Parameters<typeof judgementOf>[0]> {
  const sites = side.sites ?? mkdtempSync(join(scratch, 'sites-'));
  if (side.sites === undefined) await writeSitesAt(side, sites);
  return { sites, tree: side.tree };
}

function changedFindings(was: Judgement, is: Judgement): Verdict[] {
  const keys = ({ findings }: Judgement) =>
    new Map(findings.map((each) => [`${each.law} ${each.message}`, each]));
  const [old, fresh] = [keys(was), keys(is)];
  return [
    ...[...fresh].filter(([key]) => !old.has(key)).map(([, each]): Verdict => ({ ...each, how: 'new' })),
    ...[...old].filter(([key]) => !fresh.has(key)).map(([, each]): Verdict => ({ ...each, how: 'gone' })),
  ];
}

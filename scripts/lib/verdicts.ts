import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Verdict } from '#policies/diff/index.ts';
import type { Said, ToJudge } from './judge-thread.ts';
import { type NamedTree, writeSitesAt } from './named-tree.ts';

/** Findings that only one of the trees has, or why nobody looked. Both are judged at once, by the laws of today. */
export async function verdicts(before: NamedTree, after: NamedTree): Promise<Verdict[] | string> {
  const unknown = [before, after].find(({ sites, commit }) => sites === undefined && commit === undefined);
  if (unknown) return `nobody knows of which sites ${unknown.name} was made`;
  if (isSame(before, after)) return [];
  const scratch = mkdtempSync(join(tmpdir(), 'fredu-diff-'));
  try {
    const [was, is] = await Promise.all([before, after].map((side) => findings(side, scratch)));
    if (!was || !is) return `the sites of ${(was ? after : before).name} are refused today`;
    return [
      ...[...is].filter(([key]) => !was.has(key)).map(([, each]): Verdict => ({ ...each, how: 'new' })),
      ...[...was].filter(([key]) => !is.has(key)).map(([, each]): Verdict => ({ ...each, how: 'gone' })),
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
const isSame = ({ tree }: NamedTree, other: NamedTree): boolean =>
  tree.size === other.tree.size && [...tree].every(([path, text]) => other.tree.get(path) === text);

async function findings(
  side: NamedTree,
  scratch: string,
): Promise<Map<string, Omit<Verdict, 'how'>> | undefined> {
  let { sites } = side;
  if (sites === undefined) {
    sites = mkdtempSync(join(scratch, 'sites-'));
    await writeSitesAt(side, sites);
  }
  const workerData: ToJudge = { sites, tree: side.tree };
  const thread = new Worker(new URL('./judge-thread.ts', import.meta.url), { workerData });
  const [said] = (await once(thread, 'message')) as [Said];
  await thread.terminate();
  return said && new Map(said.map(({ code, message }) => [`${code} ${message}`, { law: code, message }]));
}

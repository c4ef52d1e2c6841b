import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { goTool, goToolMissing, KUBE_LINTER as TOOL } from '#scripts/lib/lab/go-tool.ts';
import { run } from '#scripts/lib/run.ts';
import { only } from '#scripts/testing/edited-tree.ts';
import { kubeLinterCases } from '#scripts/testing/kube-linter-cases.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { OTHERWISE } from '../named/declined.ts';
import { KUBE_LINTER } from './kube-linter/checks.ts';

const missing = goToolMissing(TOOL);
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);

/** What kube-linter says of one object. */
interface Report {
  Check: string;
  Object: { K8sObject: { Namespace?: string; Name: string; GroupVersionKind: { Kind: string } } };
}

describe.skipIf(missing !== undefined)('kube-linter on the tree', () => {
  const tree = only(artefacts(threeSites()), /^sxb\/(kubernetes|inventory\/kubespray)\//);
  const ids = KUBE_LINTER.checks.map(({ id }) => id.slice('kube-linter/'.length));
  const folder = mkdtempSync(join(tmpdir(), 'fredu-lint-'));
  let program: string;
  const put = (path: string, text: string | undefined): void => {
    const file = join(folder, path);
    rmSync(file, { force: true });
    if (text === undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  /** Its findings of a tree that differs from ours in few files: `host-pid DaemonSet/a/b`. */
  async function linted(changed: Tree): Promise<string[]> {
    const paths = new Set([...tree.keys(), ...changed.keys()]);
    const edits = [...paths].filter((path) => changed.get(path) !== tree.get(path));
    for (const path of edits) put(path, changed.get(path));
    const { stdout, stderr } = await run([
      program,
      'lint',
      '--do-not-auto-add-defaults',
      '--include',
      ids.join(','),
      '--format',
      'json',
      join(folder, 'sxb/kubernetes'),
    ]);
    for (const path of edits) put(path, tree.get(path));
    if (!stdout.startsWith('{')) throw new Error(stderr);
    const { Reports: reports } = JSON.parse(stdout) as { Reports: Report[] | null };
    return [...new Set((reports ?? []).map(nameOf))].sort();
  }
  const nameOf = ({ Check: check, Object: { K8sObject: object } }: Report): string =>
    `${check} ${[object.GroupVersionKind.Kind, object.Namespace, object.Name].filter(Boolean).join('/')}`;
  const ours = (changed: Tree): string[] =>
    KUBE_LINTER.checks
      .flatMap(({ id, breaks }) =>
        breaks(changed).map(({ object }) => `${id.slice('kube-linter/'.length)} ${object}`),
      )
      .filter((each, index, all) => all.indexOf(each) === index)
      .sort();
  const alike = (finding: string): boolean => !(`kube-linter/${finding.split(' ')[0]}` in OTHERWISE);

  beforeAll(async () => {
    program = await goTool(TOOL);
    for (const [path, text] of tree) put(path, text);
  }, 1_800_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('finds what our code finds, but where the table says why not', async () => {
    expect((await linted(tree)).filter(alike)).toEqual(ours(tree).filter(alike));
  });

  it('differs where the table says so, so that no word of it outlives its reason', async () => {
    const found = await linted(tree);
    const differs = Object.keys(OTHERWISE).filter((id) =>
      found.some((each) => `kube-linter/${each.split(' ')[0]}` === id && !ours(tree).includes(each)),
    );
    expect(differs).toEqual(Object.keys(OTHERWISE));
  });

  const cases = kubeLinterCases(tree);
  it.each(ids)('%s: finds broken what our code finds broken, and mended what it finds mended', async (id) => {
    const { break: damage, mend } = cases[id]!;
    const broken = damage(tree);
    const of = (finding: string) => finding.startsWith(`${id} `);
    const fresh = ours(broken).filter((each) => of(each) && !ours(tree).includes(each));
    expect(fresh).not.toEqual([]);
    expect((await linted(broken)).filter(of)).toEqual(expect.arrayContaining(fresh));
    const left = (await linted(mend(broken))).filter(of);
    if (alike(`${id} `)) expect(left).toEqual(ours(tree).filter(of));
  });
});

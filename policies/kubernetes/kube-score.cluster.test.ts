import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { RELEASES } from '#constructs/releases.ts';
import { goTool, goToolMissing, KUBE_SCORE } from '#scripts/lib/lab/go-tool.ts';
import { run } from '#scripts/lib/run.ts';
import { KUBE_SCORE_CASES } from '#scripts/testing/kube-score-cases.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { DECLINED } from '../named/declined.ts';
import { KUBE_SCORE as KUBE } from './kube-score/checks.ts';

const missing = goToolMissing(KUBE_SCORE);
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);

/** kube-score sees files only: what Rook makes of its resources, pods and services, it takes for missing. */
const unseen = (check: string, namespace: string): boolean =>
  namespace === 'rook-ceph' && ['networkpolicy-targets-pod', 'ingress-targets-service'].includes(check);

/** What kube-score says of one object: grade 1 is critical, 5 a warning. */
interface Scored {
  object_meta: { name: string; namespace?: string };
  type_meta: { kind: string };
  checks: {
    check: { id: string };
    grade: number;
    skipped: boolean;
    comments: { path: string; summary: string }[] | null;
  }[];
}

/** What is not as kube-score wants it: a critical fact or a warning about an object. */
interface Fault {
  check: string;
  object: string;
  critical: boolean;
  fact: string;
}

describe.skipIf(missing !== undefined)('kube-score on the tree', () => {
  const model = threeSites();
  const folder = mkdtempSync(join(tmpdir(), 'fredu-score-'));
  let program: string;
  /** What it says of the objects of a site, one optional check of it included, which is asked here too. */
  async function scored(tree: Tree, site: string): Promise<Fault[]> {
    const files = [...tree].filter(([path]) => path.startsWith(`${site}/kubernetes/`));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const paths = files.map(([path]) => join(folder, path));
    const optional = ['--enable-optional-test', 'container-ports-check'];
    // It takes a cluster for one of 2018 otherwise, where old APIs were the only ones.
    const release = `v${RELEASES.kubernetes.split('.').slice(0, 2).join('.')}`;
    const words = [...optional, '--kubernetes-version', release, '--output-format', 'json'];
    const { stdout } = await run([program, 'score', ...words, ...paths]);
    return (JSON.parse(stdout) as Scored[]).flatMap(({ object_meta: meta, type_meta: type, checks }) =>
      checks
        .filter(
          ({ check, grade, skipped }) => !skipped && grade <= 5 && !unseen(check.id, meta.namespace ?? ''),
        )
        .map(({ check, grade, comments }) => ({
          check: `kube-score/${check.id}`,
          object: [type.kind, meta.namespace, meta.name].filter(Boolean).join('/'),
          critical: grade === 1,
          fact: (comments ?? []).map(({ path, summary }) => `${path} ${summary}`.trim()).join('; '),
        })),
    );
  }

  const tree = artefacts(model);
  const sites = model.sites.filter(({ kubernetes }) => kubernetes).map(({ code }) => code);
  const faults: Fault[] = [];
  const critical: Fault[] = [];
  beforeAll(async () => {
    program = await goTool(KUBE_SCORE);
    for (const site of sites) faults.push(...(await scored(tree, site)));
    critical.push(...faults.filter((each) => each.critical));
  }, 1_800_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const declined = DECLINED.filter(({ check }) => check.startsWith('kube-score/'));

  it('finds nothing critical but what the table of decisions declines', () => {
    expect(critical.filter((each) => !declined.some(({ check }) => check === each.check))).toEqual([]);
  });

  it('finds what the table declines, where it asks by itself, so that no decision outlives its reason', () => {
    const asked = declined.filter(({ check }) => !/equals?-limit/.test(check));
    expect(asked.filter(({ check }) => !critical.some((each) => each.check === check))).toEqual([]);
  });

  it('finds of processors nothing but that they have no limit', () => {
    const resources = critical.filter(({ check }) => check === 'kube-score/container-resources');
    for (const { fact } of resources)
      expect(fact.replaceAll(/[\w-]+ CPU limit is not set(; )?/g, '')).toBe('');
  });

  it('finds nothing of what is asked here', () => {
    const asked = KUBE.checks.map(({ id }) => id);
    expect(faults.filter(({ check }) => asked.includes(check))).toEqual([]);
  });

  it.each(KUBE.checks.map(({ id }) => id))(
    '%s: finds broken what our code finds broken, and mended what it finds mended',
    async (id) => {
      const { break: damage, mend } = KUBE_SCORE_CASES[id.slice('kube-score/'.length)]!;
      const check = KUBE.checks.find((each) => each.id === id)!;
      const theirs = async (changed: Tree) =>
        (await scored(changed, sites[0]!)).filter((each) => each.check === id).map(({ object }) => object);
      const broken = damage(tree);
      const ours = check.breaks(broken).map(({ object }) => object);
      expect(new Set(await theirs(broken))).toEqual(new Set(ours));
      expect(await theirs(mend(broken))).toEqual([]);
    },
    60_000,
  );
});

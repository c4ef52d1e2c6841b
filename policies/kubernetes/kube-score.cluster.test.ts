import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { run } from '#scripts/lib/run.ts';
import { goTool, goToolMissing, KUBE_SCORE } from '#scripts/testing/lab/go-tool.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { DECLINED } from '../named/declined.ts';

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

describe.skipIf(missing !== undefined)('kube-score on the tree', () => {
  const model = threeSites();
  const folder = mkdtempSync(join(tmpdir(), 'fredu-score-'));
  const critical: { check: string; kind: string; namespace: string; name: string; fact: string }[] = [];
  beforeAll(async () => {
    const program = await goTool(KUBE_SCORE);
    for (const { code } of model.sites.filter(({ kubernetes }) => kubernetes)) {
      const files = [...artefacts(model, code)].filter(([path]) => path.startsWith(`${code}/kubernetes/`));
      for (const [path, text] of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const paths = files.map(([path]) => join(folder, path));
      const { stdout } = await run([program, 'score', '--output-format', 'json', ...paths]);
      for (const { object_meta: meta, type_meta: type, checks } of JSON.parse(stdout) as Scored[]) {
        for (const { check, grade, skipped, comments } of checks) {
          if (skipped || grade > 1 || unseen(check.id, meta.namespace ?? '')) continue;
          const fact = (comments ?? []).map(({ path, summary }) => `${path} ${summary}`.trim()).join('; ');
          critical.push({
            check: `kube-score/${check.id}`,
            kind: type.kind,
            namespace: meta.namespace ?? '',
            name: meta.name,
            fact,
          });
        }
      }
    }
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
});

import { expect } from 'vitest';
import { kubernetes } from '#charts/kubernetes.ts';
import { run } from '#scripts/lib/run.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';

const model = threeSites();
/** What the only container of a workload is told. */
const argumentsOf = (workload: string): string[] => {
  const [site] = model.sites;
  const set = kubernetes(model, site!).find(
    ({ kind, metadata }) => /^(Deployment|DaemonSet)$/.test(kind) && metadata.name === workload,
  );
  expect(set).toBeDefined();
  // biome-ignore lint/suspicious/noExplicitAny: an object is plain data
  return (set as any).spec.template.spec.containers[0].args;
};

// A flag that it does not know, or a value for one that takes none, ends the program before it says what it is.
for (const workload of ['node-exporter', 'blackbox-exporter']) {
  const program = `prometheus-${workload}`;
  itJudged(program, `takes every flag that ${workload} is given`, async () => {
    const { code, stderr } = await run([program, ...argumentsOf(workload), '--version']);
    expect(stderr).not.toMatch(/error:/);
    expect(code).toBe(0);
  });
}

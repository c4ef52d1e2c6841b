import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { repairsOf, repairText } from './repairs.ts';
import { analysisOf } from './states.ts';
import { lastingsOf, lastingText } from './timers.ts';
import { worldOf } from './world.ts';

const model = threeSites();
const tree = artefacts(model);
function caseOf(id: string, changed: Tree = tree) {
  const analysis = analysisOf(worldOf(model, changed));
  const part = [...analysis.failures, ...analysis.maintenance].find((each) => each.id === id)!;
  return {
    lasts: lastingsOf(analysis.world, [part]).map(lastingText),
    mends: repairsOf(analysis.world, [part], analysis.judge([part], 'at once')).map(repairText),
  };
}

it('says how long a drained worker waits for its slowest pod, and another host for none', () => {
  const slowest = (seconds: number) =>
    `${seconds} s until the slowest pod of the drained worker has ended (cockroachdb/cockroachdb)`;
  expect(caseOf('drain:dc-worker2').lasts).toEqual([slowest(150)]);
  const path = 'dc/kubernetes/cockroachdb/statefulset-cockroachdb.yaml';
  const longer = edited(tree, path, (object) => {
    object.spec.template.spec.terminationGracePeriodSeconds = 400;
  });
  expect(caseOf('drain:dc-worker2', longer).lasts).toEqual([slowest(400)]);
  expect(caseOf('drain:dc-cp2').lasts).toEqual([]);
});

it('says how long public certificates last without their authority, by the shortest of them', () => {
  const until = 'until the first certificate that nobody could renew ends';
  expect(caseOf('authority:public').lasts).toEqual([`30 days ${until}`]);
  const shorter = edited(tree, 'sxb/kubernetes/education/certificate-tls-public.yaml', (object) => {
    object.spec.renewBefore = '36h30m0s';
  });
  expect(caseOf('authority:public', shorter).lasts).toEqual([`131400 s ${until}`]);
});

it('says how long a procedure that repairs may take, by the limits of its steps', () => {
  expect(caseOf('sxb').mends[0]).toMatch(/^Take writes at dc instead of sxb \(at most \d+ min by /);
  const path = 'dc/plans/object-store-promote.yaml';
  const quicker = edited(tree, path, (plan) => {
    for (const step of plan.steps) step.timeoutSeconds = 60;
    plan.steps = plan.steps.slice(0, 3);
  });
  expect(caseOf('sxb', quicker).mends[0]).toContain(
    '(at most 3 min by timeoutSeconds of its steps, 1 of them',
  );
});

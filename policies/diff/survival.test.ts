import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { REFERENCE } from '#scripts/testing/changed-sites-examples.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { changedSurvival, survivalOf } from './survival.ts';

const model = threeSites();
const before = survivalOf(model, REFERENCE);

it('finds nothing where the trees are the same', () => {
  expect(changedSurvival(before, survivalOf(model, artefacts(model)))).toEqual([]);
});

it('names the failure that a change makes worse, and how many pairs', () => {
  const site = model.sites.find(({ kubernetes }) => kubernetes)!.code;
  const path = `${site}/kubernetes/education/horizontalpodautoscaler-education-api.yaml`;
  const after = edited(REFERENCE, path, (object) => {
    object.spec.minReplicas = 1;
  });
  const found = changedSurvival(before, survivalOf(model, after));
  expect(found.map(({ how, law }) => `${how} ${law}`)).toContain('new what-if');
  expect(found.map(({ message }) => message).join('\n')).toContain(
    'app read, app write, sign-in: degraded, not up, when',
  );
  expect(found.map(({ message }) => message).join('\n')).toMatch(
    /app read, app write, sign-in: down after \d+ of \d+ pairs of failures at once, not after \d+/,
  );
  // The other way round it is the better one.
  expect(changedSurvival(survivalOf(model, after), before).map(({ how }) => how)).toContain('gone');
});

import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Data } from '../reading/objects.ts';
import { plans } from './plans.ts';

const model = threeSites();
const tree = only(artefacts(model), /rook-ceph|\/plans\//);
const changed = (path: string, change: (object: Data) => void) =>
  plans.check(model, edited(tree, path, change)).map(({ message }) => message);

it('holds for our own sites', () => {
  expect(plans.check(model, tree)).toEqual([]);
});

const path = 'dc/plans/object-store-promote.yaml';

it.each<[string, (plan: Data) => void, string | RegExp]>([
  [
    'a field that no plan has',
    (plan) => {
      plan.steps[0].untill = [];
    },
    /^not a plan: \/steps\/0 must NOT have additional properties/,
  ],
  [
    'a step without a reason',
    (plan) => {
      plan.steps[0].why = '';
    },
    /^not a plan: \/steps\/0\/why/,
  ],
  [
    'two steps of one name',
    (plan) => {
      plan.steps[1].id = 'close';
    },
    'two steps of object-store-promote are called close',
  ],
  [
    'a place that is none',
    (plan) => {
      plan.steps[0].until[0].in = 'ceph@lyn';
    },
    'object-store-promote runs something in ceph@lyn, which is no place of it',
  ],
  [
    'a site that is none',
    (plan) => {
      plan.places['ceph@dc'].site = 'lyn';
    },
    'ceph@dc of object-store-promote is at lyn, which is no site',
  ],
  [
    'an expression that cannot be read',
    (plan) => {
      plan.steps[1].until[0].matches = ['('];
    },
    'object-store-promote: ( is no expression',
  ],
  [
    'a step that does nothing',
    (plan) => {
      delete plan.steps.at(-1).person;
    },
    'step write-down of object-store-promote does nothing and waits for nothing',
  ],
])('%s', (_, change, message) => {
  expect(changed(path, change)).toEqual([
    typeof message === 'string' ? message : expect.stringMatching(message),
  ]);
});

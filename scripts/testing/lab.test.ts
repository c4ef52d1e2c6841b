import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { POLICIES } from '#policies/index.ts';
import { judge, read } from '#sites/load/load.ts';
import { judged } from '../check.ts';
import { ROOT } from '../lib/sites.ts';
import { apply, parseFixture } from './fixture.ts';
import { THREE_SITES } from './three-sites.ts';

const text = readFileSync(join(ROOT, 'sites/fixtures/accepted/lab.txt'), 'utf8');
const files = apply(read(THREE_SITES), parseFixture(text));
const platform = files.get('platform.yaml')!;
const lab = judge(files);

it('takes one control plane and one worker, and says what that does not promise', () => {
  expect(lab.problems).toEqual([]);
  const codes = lab.notes.map(({ code }) => code);
  expect(codes).toEqual(
    expect.arrayContaining(['control-plane-count', 'worker-count', 'survival', 'machine-shared']),
  );
  expect(new Set(lab.notes.map(({ severity }) => severity))).toEqual(new Set(['note']));
});

it('keeps every law but those that say what a lab does not promise, which are notes', () => {
  const { problems, notes } = judged(lab.model!, artefacts(lab.model!));
  expect(problems).toEqual([]);
  const spared = POLICIES.filter((law) => law.lab).map(({ id }) => id);
  expect(notes.map(({ code }) => code)).toEqual(spared);
  for (const { message } of notes) expect(message).toMatch(/^a lab does not promise that /);
});

it('is a lab only where somebody says so', () => {
  const { problems } = judge(
    new Map([...files, ['platform.yaml', platform.replace('lab: true', 'lab: false')]]),
  );
  expect(problems.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['control-plane-count', 'worker-count', 'survival', 'machine-shared']),
  );
});

it('still refuses what nothing starts with', () => {
  const none = files.get('sxb.yaml')!.replace(/.*role: control-plane.*\n/, '');
  expect(judge(new Map([...files, ['sxb.yaml', none]])).problems.map(({ code }) => code)).toContain(
    'control-plane-count',
  );
});

import { expect, it } from 'vitest';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { difference, outcomeRow, rehearsalPage, remains, trials } from './rehearsal.ts';

const promised = { seconds: 3, sum: '1 × 2 + 1' };
const measured = (seconds: number, served = true) => [
  { family: 'ipv4', seconds, served },
  { family: 'ipv6', seconds: 0.3, served },
];

it.each([
  ['a promise that is kept', { promised, measured: measured(2.9) }, undefined],
  ['one that is not', { promised, measured: measured(5.2) }, /^5\.20 s without service, and 3 are promised$/],
  ['people who are not served again', { promised, measured: measured(2, false) }, /nobody is served/],
  ['a prediction that holds', { predicted: { verdict: 'down' }, measured: measured(60, false) }, undefined],
  [
    'one that does not',
    { predicted: { verdict: 'up' }, measured: measured(60, false) },
    /predicted is up, and people are not served/,
  ],
  ['no measure at all', { promised, measured: [] }, /nobody is served/],
])('compares %s', (_, outcome, differs) => {
  if (differs) expect(difference(outcome)).toMatch(differs);
  else expect(difference(outcome)).toBeUndefined();
});

it('tries what the reference platform promises, and writes a page', () => {
  const titles = trials(threeSites(), 'small').map(({ title }) => title);
  expect(titles.length).toBe(trials(threeSites(), 'tiny').length + threeSites().sites.length);
  expect(titles.length).toBeGreaterThan(6);
  expect(new Set(titles).size).toBe(titles.length);
  const outcome = {
    title: 'a plug',
    promised,
    predicted: { verdict: 'up', seconds: 0.72 },
    measured: measured(2),
  };
  expect(outcomeRow(outcome)).toEqual([
    'a plug',
    '3 s',
    'up, 0.72 s',
    'ipv4 2.00 s, ipv6 0.30 s',
    '–',
    'agree',
  ]);
  expect(rehearsalPage([outcome], { machine: 'a machine', date: '2026-11-30' })).toContain(
    '| a plug | 3 s |',
  );
});

it('expects of a lost site what the others have', () => {
  const model = threeSites();
  const [first, second] = model.sites.filter(({ kubernetes }) => kubernetes).map(({ code }) => code);
  const lost = remains(model, first);
  expect(lost({ probe: `api-${first}`, family: 'ipv4' })).toBe(false);
  expect(lost({ probe: `api-${second}`, family: 'ipv4' })).toBe(true);
  expect(lost({ probe: 'page', family: 'ipv4' })).toBe(true);
  expect(lost({ probe: 'page', family: 'ipv6' })).toBe(false);
  expect(remains(model, second)({ probe: 'page', family: 'ipv6' })).toBe(true);
  expect(remains(model, undefined)({ probe: `api-${first}`, family: 'ipv6' })).toBe(true);
});

import { expect, it } from 'vitest';
import { load } from './load.ts';
import { joinAddresses } from './model.ts';

const { model } = load(import.meta.dirname);

it('deals five voters so that no site holds a majority', () => {
  expect(model!.database.voters.map(({ site, count }) => `${site.code}:${count}`)).toEqual([
    'sxb:2',
    'dc:2',
    'do:1',
  ]);
});

it('joins every node of its own site and two of every other', () => {
  for (const site of model!.sites) {
    const joined = joinAddresses(model!, site);
    for (const other of model!.sites) {
      const count = joined.filter(({ host }) => host.site === other.code).length;
      expect(count).toBe(other.code === site.code ? 3 : 2);
    }
  }
});

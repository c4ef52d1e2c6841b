import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { POLICIES } from '#policies/index.ts';
import { threeSites } from '../three-sites.ts';
import { dice } from './dice.ts';
import { edit, HOW } from './edits.ts';
import { HARMLESS } from './harmless.ts';
import { judging } from './judging.ts';
import { groupOf, kindOf } from './kind.ts';
import { described, mutants, mutated } from './mutants.ts';

const model = threeSites();
const tree = artefacts(model);

it('makes the same mutants from the same seed, each with another text', () => {
  const [one, again, other] = [7, 7, 8].map((seed) => mutants(tree, { count: 40, seed }));
  expect(one!.map(described)).toEqual(again!.map(described));
  expect(one!.map(described)).not.toEqual(other!.map(described));
  for (const { path, changes } of one!) expect(changes.get(path)).not.toBe(tree.get(path));
});

it('changes one line in every way that it has, and no comment', () => {
  const text = '# port 1\nport 8080\n  timer 30s\n  allow 10.0.0.1 drop\nnext word\n';
  const vocabulary = { addresses: ['10.0.0.2'] };
  const roll = dice(1);
  const made = Array.from({ length: 300 }, () => edit(text, vocabulary, roll)!);
  expect(new Set(made.map(({ how }) => how))).toEqual(new Set(HOW));
  expect(made.every((each) => each.text.startsWith('# port 1\n') && each.text !== text)).toBe(true);
  expect(made.find(({ how }) => how === 'address')!.to).toBe('allow 10.0.0.2 drop');
  expect(made.find(({ how, from }) => how === 'drop' && from === 'port 8080')!.text).toBe(
    '# port 1\nnext word\n',
  );
});

it('makes a slip of a generator in every file of the kind', () => {
  const all = mutants(tree, { count: 60, seed: 3, everywhere: true });
  expect(all.some(({ changes }) => changes.size > 1)).toBe(true);
});

it('asks only the laws that could notice, and hears what all of them would say', () => {
  const laws = POLICIES.filter(({ id }) =>
    ['hosts-alike', 'daemons-restart', 'zones', 'stick-tables'].includes(id),
  );
  const { notice } = judging(model, tree, laws);
  for (const mutant of mutants(tree, { count: 60, seed: 11 })) {
    const other = mutated(tree, mutant);
    const found = laws.some((law) => law.check(model, other).length > 0);
    expect([described(mutant), notice(other, mutant.changes) !== undefined]).toEqual([
      described(mutant),
      found,
    ]);
  }
});

it('names a kind of file whichever site’s it is', () => {
  expect(kindOf('sxb/hosts/sxb-edge1/etc/nftables.conf')).toBe(kindOf('do/hosts/do-node2/etc/nftables.conf'));
  expect(groupOf(kindOf('dc/kubernetes/monitoring/configmap-grafana.yaml'))).toBe('kubernetes configmap');
});

it('says of every harmless mutant why', () => {
  for (const { reason } of HARMLESS) expect(reason.length).toBeGreaterThan(20);
});

import { expect, it } from 'vitest';
import { expressionOf, NOW, type Sample } from './expression.ts';

const sample = (value: number, labels: Record<string, string> = {}): Sample => ({ labels, value });
const UP = [
  sample(1, { job: 'node', site: 'lyn', instance: 'a' }),
  sample(0, { job: 'node', site: 'lyn', instance: 'b' }),
  sample(1, { job: 'etcd', site: 'par', instance: 'c' }),
];
const series = (metric: string) => ({ up: UP, ends: [sample(NOW + 5)], none: [] })[metric];
const read = (text: string) => expressionOf(text)(series);

it.each<[string, unknown]>([
  ['up{job="node"} == 0', [UP[1]]],
  ['up{job!="node",site=~"p.*"}', [UP[2]]],
  ['up{job!~"node|etcd"}', []],
  ['count(up == 1) < 2', []],
  ['count(up == 1) < 3', [sample(2)]],
  ['sum by (site) (up) > 0', [sample(1, { site: 'lyn' }), sample(1, { site: 'par' })]],
  ['max(up) by (job) == 1', [sample(1, { job: 'node' }), sample(1, { job: 'etcd' })]],
  ['absent(up{job="node"} == 1)', []],
  ['absent(up{job="ceph"} == 1)', [sample(1)]],
  ['ends - time() < 2 * 86400', [sample(5)]],
  ['0 < min(ends - time()) < 21', [sample(5)]],
  ['up == 0 and on (site) up{instance="c"}', []],
  ['up{instance="c"} and on () up{instance="a"}', [UP[2]]],
  ['count by (site) (up) unless on (site) count by (site) (up == 0)', [sample(1, { site: 'par' })]],
  ['sum(up) / on () group_left () count(up) > 0.5', [sample(2 / 3)]],
  ['none or up{instance="c"}', [UP[2]]],
  ['count(none) or on () vector(0)', [sample(0)]],
  ['avg_over_time(up{instance="a"}[10m]) > 0.9', [UP[0]]],
  ['abs(ends) > 1e6', [sample(NOW + 5)]],
])('%s', (text, expected) => {
  expect(read(text)).toEqual(expected);
});

it('says nothing of what it does not know, but keeps what is known beside it', () => {
  for (const text of [
    'unseen > 1',
    'absent(unseen)',
    'rate(up[5m]) > 0',
    'up == 0 and unseen == 1',
    'sum(unseen) < 3',
  ])
    expect(read(text), text).toBeUndefined();
  expect(read('unseen > 1 or up{instance="b"} == 0')).toEqual([UP[1]]);
  expect(read('unseen > 1 or up > 1')).toBeUndefined();
});

it('refuses what it cannot read', () => {
  expect(() => expressionOf('up == ')).toThrow(SyntaxError);
  expect(() => expressionOf('up{job="node"} 3')).toThrow(SyntaxError);
});

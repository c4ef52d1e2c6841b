import { expect, it } from 'vitest';
import { REFERENCE } from '#scripts/testing/changed-sites-examples.ts';
import { html, json, markdown, report, text } from './index.ts';

/** What somebody's editor, disk or other tool may leave in place of a file. */
const WRECKS = [
  '',
  'null',
  '- a',
  'kind: StatefulSet\nspec: null',
  'kind: NetworkPolicy\nmetadata: {name: x, namespace: y}\nspec: {ingress: 7, policyTypes: [Ingress]}',
  'kind: Service\nspec: {type: NodePort, ports: 3}',
  'kind: Ingress\nspec: {rules: 7}',
  '{"resource": {"openstack_lb_listener_v2": {"a": {"allowed_cidrs": [null]}}}}',
];

it('compares trees that are broken in any of their kinds of files, both ways', () => {
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const files = [...REFERENCE];
  const names = { before: 'before', after: 'after' };
  for (let round = 0; round < 60; round += 1) {
    const broken = new Map(REFERENCE);
    for (let count = 0; count < 12; count += 1) {
      const [path, whole] = files[next(files.length)]!;
      const lines = whole.split('\n');
      const place = next(lines.length);
      const at = (change: (line: string) => string) =>
        lines.map((line, index) => (index === place ? change(line) : line)).join('\n');
      const wrecked = [
        () => whole.slice(0, next(whole.length)),
        () => at(() => ''),
        () => at((line) => line.replace(/:.*/, ': null')),
        () => at((line) => line.replace(/[\w.]+$/, '[1, {a: null}]')),
        () => WRECKS[next(WRECKS.length)]!,
      ][next(5)]!();
      broken.set(path, wrecked);
    }
    for (const [before, after] of [
      [REFERENCE, broken],
      [broken, REFERENCE],
    ] as const) {
      const made = report(before, after, names, []);
      expect(made.groups.length).toBeGreaterThan(0);
      for (const print of [text, markdown, html, json]) expect(print(made)).toContain('after');
    }
  }
});

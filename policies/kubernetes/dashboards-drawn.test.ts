import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { dashboardsDrawn } from './dashboards-drawn.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => dashboardsDrawn.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

const path = 'sxb/kubernetes/monitoring/configmap-grafana-dashboards.yaml';
it.each([
  ['"uid": "prometheus"', '"uid": "graphite"', 'asks the data source graphite, which Grafana has not'],
  ['"type": "timeseries"', '"type": "timeserie"', 'is drawn as timeserie'],
  ['"h": 8', '"h": 0', 'has no place within 24 columns'],
  ['"expr": "', '"exprs": "', 'asks nothing'],
  ['"unit": "', '"units": "', 'has no unit'],
  ['"editable": false', '"editable": true', 'has editable true instead of false'],
  ['"transparent": false', '"transparents": false', 'has transparents'],
])('%s -> %s', (from, to, message) => {
  const changed = replaced(tree, path, from, to);
  expect(messages(changed)).toEqual([expect.stringContaining(message)]);
  expect(messages(replaced(changed, path, to, from))).toEqual([]);
});

it('a panel over another one', () => {
  expect(messages(replaced(tree, path, /"x": 8,/, '"x": 1,'))).toContainEqual(
    expect.stringContaining('lies over'),
  );
});

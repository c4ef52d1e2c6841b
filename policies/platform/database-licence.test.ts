import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { databaseLicence } from './database-licence.ts';

const model = threeSites();
const tree = artefacts(model, 'platform');
const PATH = 'platform/sql/settings.sql';

it('holds for our own sites', () => {
  expect(databaseLicence.check(model, tree)).toEqual([]);
});

it('wants a free licence to report', () => {
  const silent = replaced(
    tree,
    PATH,
    'diagnostics.reporting.enabled = true',
    'diagnostics.reporting.enabled = false',
  );
  expect(databaseLicence.check(model, silent)).toEqual([
    {
      path: PATH,
      text: 'diagnostics.reporting.enabled',
      message: 'the licence is free and usage is not reported',
      fix: 'SET CLUSTER SETTING diagnostics.reporting.enabled = true',
    },
  ]);
  const unsaid = replaced(tree, PATH, 'SET CLUSTER SETTING diagnostics', 'SHOW CLUSTER SETTING diagnostics');
  expect(databaseLicence.check(model, unsaid)[0]?.message).toBe(
    'the licence is free and usage is reported as the release pleases',
  );
});

it('asks nothing of an enterprise licence', () => {
  const bought = { ...model, database: { ...model.database, licence: 'enterprise' as const } };
  expect(databaseLicence.check(bought, new Map())).toEqual([]);
});

it('a licence whose end no alert announces', () => {
  const path = 'sxb/kubernetes/monitoring/configmap-prometheus-rules.yaml';
  const ours = threeSites();
  const whole = artefacts(ours);
  const silent = new Map([
    ...whole,
    [path, whole.get(path)!.replaceAll('seconds_until_enterprise_license_expiry', 'up')],
  ]);
  expect(databaseLicence.check(ours, silent).map(({ message }) => message)).toEqual([
    'nobody at sxb is alerted that the licence of the database ends',
  ]);
});

import { App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { sqlFiles } from '#constructs/platform/sql/files.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { cloudOf, databaseSiteOf } from '#scripts/testing/sites-of.ts';
import type { Model } from '#sites/model.ts';
import { CockroachdbSetup, setupSite } from './cockroachdb-setup.ts';

const model = example();
function render(of: Model) {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new CockroachdbSetup(chart, 'setup', { files: sqlFiles(of) });
  return chart.toJson();
}
const jobOf = (of: Model) => render(of).find((each) => each.kind === 'Job');

it('belongs to one site: the first choice for leases that has Kubernetes', () => {
  expect(setupSite(model)?.code).toBe('lyn');
  const leases = [databaseSiteOf(model, 'nic'), cloudOf(model, 'par')];
  expect(setupSite({ ...model, database: { ...model.database, leases } })?.code).toBe('par');
  expect(setupSite({ ...model, database: { ...model.database, leases: [] } })).toBeUndefined();
});

it('is a new job when the SQL changes, and the same one when it does not', () => {
  const later = { ...model, database: { ...model.database, backup: { at: '02:15', keepDays: 30 } } };
  expect(jobOf(model).metadata.name).toBe(jobOf(model).metadata.name);
  expect(jobOf(later).metadata.name).not.toBe(jobOf(model).metadata.name);
});

it('applies the files in the order in which they need each other', () => {
  const [container] = jobOf(model).spec.template.spec.containers;
  expect(container.command[2]).toContain(
    'for file in hba.sql settings.sql users.sql backups.sql grants.sql zones.sql; do',
  );
  const { data } = render(model).find((each) => each.kind === 'ConfigMap');
  expect(Object.keys(data).sort()).toEqual(
    ['hba.sql', 'settings.sql', 'users.sql', 'backups.sql', 'grants.sql', 'zones.sql'].sort(),
  );
});

it('takes a cluster that exists for done, and the licence from a Secret that may be missing', () => {
  const { initContainers, containers } = jobOf(model).spec.template.spec;
  expect(initContainers[0].command[2]).toContain("*'already been initialized'*) ;;");
  expect(containers[0].env.filter((each: { valueFrom?: unknown }) => each.valueFrom)).toEqual([
    {
      name: 'ORGANIZATION',
      valueFrom: { secretKeyRef: { name: 'cockroachdb-licence', key: 'organization', optional: true } },
    },
    {
      name: 'LICENCE',
      valueFrom: { secretKeyRef: { name: 'cockroachdb-licence', key: 'licence', optional: true } },
    },
  ]);
});

it("signs in with root's certificate and removes itself after a day", () => {
  const { spec } = jobOf(model);
  expect(spec.ttlSecondsAfterFinished).toBe(86_400);
  expect(
    spec.template.spec.volumes[0].projected.sources[0].secret.items.map(
      (each: { path: string }) => each.path,
    ),
  ).toEqual(['ca.crt', 'client.root.crt', 'client.root.key']);
  expect(spec.template.spec.hostNetwork).toBeUndefined();
});

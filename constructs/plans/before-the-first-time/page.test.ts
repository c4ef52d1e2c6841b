import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { example } from '#scripts/testing/example-sites.ts';
import type { Model } from '#sites/model.ts';
import { secretReferences } from './references.ts';

const page = (model: Model, site: string) => artefacts(model, site).get(`${site}/before-the-first-time.md`)!;
const platform = example();

it('names every Secret of the cluster once, with keys, readers and who makes it', () => {
  const rows = page(platform, 'lyn')
    .split('\n')
    .filter((line) => line.startsWith('| `education/'));
  expect(rows.map((row) => row.split('`')[1])).toEqual([
    'education/cockroachdb-client-education',
    'education/cockroachdb-client-migrations',
    'education/cockroachdb-client-monitoring',
    'education/education-key',
    'education/education-s3',
    'education/education-smtp',
    'education/education-traces',
    'education/pgbouncer-server',
    'education/tls-public',
  ]);
  for (const row of rows)
    expect(row).toMatch(/\| (you: |cert-manager|`npm run (certs|secrets) -- )[^|]+ \|$/);
});

it('leaves the last column of a Secret of which nobody has said who makes it empty, for the law to find', () => {
  const pod = {
    spec: { imagePullSecrets: [{ name: 'registry' }], volumes: [{ secret: { secretName: 'tls' } }] },
  };
  expect(
    secretReferences([
      { kind: 'Deployment', metadata: { name: 'api', namespace: 'education' }, spec: { template: pod } },
      {
        kind: 'Job',
        metadata: { name: 'setup-0123456789', namespace: 'education' },
        spec: { template: pod },
      },
    ]),
  ).toEqual([
    {
      namespace: 'education',
      name: 'registry',
      keys: ['.dockerconfigjson'],
      readers: ['api', 'setup'],
      optional: false,
    },
    { namespace: 'education', name: 'tls', keys: [], readers: ['api', 'setup'], optional: false },
  ]);
});

it('counts what the stack asks of the quotas of an OpenStack', () => {
  const text = page(platform, 'par');
  expect(text).toContain('| quota: security group rules | ');
  expect(text).toContain('the usual 100 is not enough');
  expect(text).toContain('| quota: instances | 7 | the usual 10 is enough |');
  expect(page(platform, 'lyn')).not.toContain('quota');
});

it('begins a stack without the store that keeps its state, and says where that is', () => {
  expect(page(platform, 'par')).toMatch(
    /^2\. The object store of lyn, .*`backend_override\.tf\.json`.*`tofu init -migrate-state`\.$/m,
  );
  expect(page(platform, 'lyn')).not.toContain('migrate-state');
});

it('says what is kept nowhere else', () => {
  expect(page(platform, 'lyn')).not.toContain('not kept elsewhere');
  const only = { ...platform, objects: { ...platform.objects!, secondaries: [] } };
  expect(page(only, 'lyn')).toContain('are at lyn alone**');
  const none = {
    ...platform,
    objects: undefined,
    sites: platform.sites.map(({ objects: _, ...site }) => site),
  };
  expect(page(none, 'nic')).toContain('**The database has no backups**');
  expect(page(none, 'par')).toContain(
    '**Snapshots of etcd do not leave their hosts** (par-cp1, par-cp2, par-cp3:',
  );
});

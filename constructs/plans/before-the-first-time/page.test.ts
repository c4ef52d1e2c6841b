import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Model } from '#sites/model.ts';
import { secretReferences } from './references.ts';

const page = (model: Model, site: string) => artefacts(model, site).get(`${site}/before-the-first-time.md`)!;
const platform = threeSites();

it('names every Secret of the cluster once, with keys, readers and who makes it', () => {
  const rows = page(platform, 'sxb')
    .split('\n')
    .filter((line) => line.startsWith('| `education/'));
  expect(rows.map((row) => row.split('`')[1])).toEqual([
    'education/cockroachdb-client-education',
    'education/cockroachdb-client-migrations',
    'education/cockroachdb-client-monitoring',
    'education/education-s3',
    'education/education-smtp',
    'education/education-traces',
    'education/pgbouncer-server',
    'education/tls-public',
  ]);
  for (const row of rows) expect(row).toMatch(/\| (you: |cert-manager)[^|]+ \|$/);
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
  const text = page(platform, 'dc');
  expect(text).toContain('| quota: security group rules | ');
  expect(text).toContain('the usual 100 is not enough');
  expect(text).toContain('| quota: instances | 7 | the usual 10 is enough |');
  expect(page(platform, 'sxb')).not.toContain('quota');
});

it('begins a stack without the store that keeps its state, and says where that is', () => {
  expect(page(platform, 'dc')).toMatch(
    /^2\. The object store of sxb, .*`backend_override\.tf\.json`.*`tofu init -migrate-state`\.$/m,
  );
  expect(page(platform, 'sxb')).not.toContain('migrate-state');
});

it('says what is kept nowhere else', () => {
  expect(page(platform, 'sxb')).not.toContain('not kept elsewhere');
  const only = { ...platform, objects: { ...platform.objects!, secondaries: [] } };
  expect(page(only, 'sxb')).toContain('are at sxb alone**');
  const none = {
    ...platform,
    objects: undefined,
    sites: platform.sites.map(({ objects: _, ...site }) => site),
  };
  expect(page(none, 'do')).toContain('**The database has no backups**');
  expect(page(none, 'dc')).toContain(
    '**Snapshots of etcd do not leave their hosts** (dc-cp1, dc-cp2, dc-cp3:',
  );
});

import { expect, it } from 'vitest';
import { kubernetes } from '#charts/kubernetes.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { siteOf } from '#sites/questions.ts';
import { namedSecrets } from './secrets.ts';

const model = threeSites();

it('names what pods do not start without, and nothing that cert-manager or Rook makes', () => {
  const named = namedSecrets(kubernetes(model, siteOf(model, 'sxb')));
  expect(named).toContain('cockroachdb/cockroachdb-node'); // a projected volume
  expect(named).toContain('education/education-s3'); // variables
  expect(named).not.toContain('education/tls-public');
  expect(named).not.toContain('education/education-smtp'); // may be missing
  expect(named.filter((name) => name.startsWith('rook-ceph/'))).toEqual([]);
});

import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { example } from '#scripts/testing/example-sites.ts';
import { siteOf } from '#sites/questions.ts';
import charts from '../charts.lock.json' with { type: 'json' };
import { imageTag } from '../images.ts';
import { rookOperator } from './rook-operator.ts';

const site = siteOf(example(), 'lyn');
const chart = { repository: 'https://charts.example.org', version: 'v1.2.3', sha256: 'a'.repeat(64) };
const install = (of = rookOperator({ site: site.code })) =>
  of.steps.find(({ id }) => id === 'install')!.do as {
    command: string[];
    input: string;
  };

it('installs the chart of the release whose image is locked', () => {
  expect(charts['rook-ceph'].version).toBe(imageTag('rook'));
  expect(install().command).toContain(`--version=${imageTag('rook')}`);
  expect(parse(install().input).image).toEqual({ repository: 'docker.io/rook/ceph', tag: imageTag('rook') });
});

it('compares a chart with what was reviewed before it installs that very file', () => {
  const { steps } = rookOperator({ site: site.code, chart });
  expect(steps.map(({ id }) => id)).toEqual(['fetch', 'namespace', 'install']);
  expect(steps[0]!.until).toEqual([
    { in: 'here', command: ['sha256sum', 'rook-ceph-v1.2.3.tgz'], matches: [`^${chart.sha256} `] },
  ]);
  expect(install(rookOperator({ site: site.code, chart })).command).toContain('./rook-ceph-v1.2.3.tgz');
});

it('brings no driver for volumes, and looks after its own namespace only', () => {
  expect(parse(install().input)).toMatchObject({
    currentNamespaceOnly: true,
    csi: { enableRbdDriver: false, enableCephfsDriver: false, nfs: { enabled: false } },
    obcAllowAdditionalConfigFields: 'maxObjects,maxSize,bucketOwner,bucketLifecycle',
    operatorPodLabels: { 'app.kubernetes.io/name': 'rook-ceph-operator' },
  });
});

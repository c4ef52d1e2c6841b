import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { example } from '#scripts/testing/example-sites.ts';
import { siteOf } from '#sites/questions.ts';
import { RELEASES } from '../releases.ts';
import { certManager } from './cert-manager.ts';

const site = siteOf(example(), 'lyn');
const chart = { repository: 'https://charts.example.org', version: `v${RELEASES.certManager}`, sha256: null };
const install = (of = certManager({ site: site.code })) =>
  of.steps.find(({ id }) => id === 'install')!.do as { command: string[]; input: string };
const known = new Set(
  readFileSync(join(import.meta.dirname, `cert-manager-${RELEASES.certManager}-values.txt`), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#')),
);

/** `webhook.replicaCount`: every name that a document of values says. */
const names = (values: object, above = ''): string[] =>
  Object.entries(values).flatMap(([key, value]) => {
    const name = `${above}${key}`;
    // What a pod asks for is Kubernetes' to name.
    return value && typeof value === 'object' && key !== 'resources' ? names(value, `${name}.`) : [name];
  });

it('installs the release of the definitions that judge the tree', () => {
  expect(install().command).toContain(`--version=v${RELEASES.certManager}`);
  expect(() => certManager({ site: site.code, chart: { ...chart, version: 'v1.15.3' } })).toThrow(
    `the chart of cert-manager is v1.15.3; the tree is of ${RELEASES.certManager}`,
  );
});

it('gives the chart no value that it does not know', () => {
  const values = parse(install().input);
  expect(names(values).filter((name) => !known.has(name))).toEqual([]);
  expect(names({ webhook: { replikas: 1 } }).filter((name) => !known.has(name))).toEqual([
    'webhook.replikas',
  ]);
});

it('keeps certificates when the release is removed, and two of each part', () => {
  const values = parse(install().input);
  expect(values.crds).toEqual({ enabled: true, keep: true });
  for (const part of [values, values.webhook, values.cainjector])
    expect(part).toMatchObject({ replicaCount: 2, podDisruptionBudget: { enabled: true } });
});

it('makes the namespace, which is of nobody else', () => {
  expect(install().command).toContain('--create-namespace');
  expect(certManager({ site: site.code }).steps.map(({ id }) => id)).toEqual(['install']);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { type DeployOptions, deploySite } from './lib/deploy/site-deployment.ts';
import { sitesIn } from './lib/deploy/site-tree.ts';
import { CannotLook } from './lib/main.ts';
import { run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';
import { THREE_SITES, threeSites } from './testing/three-sites.ts';

const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const tree = join(folder, 'tree');
for (const [path, text] of artefacts(threeSites())) {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}
const taken = join(folder, 'taken');
writeFileSync(taken, '');
const state = mkdtempSync(join(folder, 'state-'));
mkdirSync(join(state, 'journal'));
writeFileSync(join(state, 'journal/dc-deploy.jsonl'), 'no journal\n{"at":"","step":"x","event":"done"}\n');

it.each<[string, string, Partial<DeployOptions>, RegExp]>([
  ['a site that is not there', 'sxc', {}, /has no site sxc; did you mean sxb\?/],
  [
    'a tree that is not there',
    'sxb',
    { tree: join(folder, 'nowhere') },
    /there is no tree at .*npm run synth/,
  ],
  [
    'a step that is not there',
    'sxb',
    { only: ['storag'] },
    /there is no step storag; there are namespaces, secrets, charts, storage/,
  ],
  ['a way back that nobody knows', 'sxb', { back: true }, /no tree of sxb that was deployed before is kept/],
  ['no kubeconfig', 'sxb', {}, /there is no kubeconfig at .*nowhere; name one with --kubeconfig/],
  [
    'Pulumi where it is not installed',
    'sxb',
    { engine: 'pulumi' },
    /^pulumi is not on the PATH; version \d+\.\d+\.\d+ or later of it is needed/,
  ],
  [
    'a folder that cannot be written',
    'sxb',
    { state: join(taken, 'state') },
    /cannot write .*locks\/sxb: a file stands in its place/,
  ],
  ['a journal of something else', 'dc', {}, /dc-deploy\.jsonl:1: this line of the journal is no JSON/],
])('says in one line what is wrong with %s', async (_, site, more, message) => {
  const given = deploySite(site, {
    tree,
    state,
    sites: THREE_SITES,
    kubeconfig: join(folder, 'nowhere'),
    engine: 'own',
    yes: true,
    what: '',
    ...more,
  });
  await expect(given).rejects.toThrow(CannotLook);
  await expect(given).rejects.toThrow(message);
});

it.each([
  ['two sites', ['sxb', 'dc'], /^error: name one site, or none for all\n/],
  [
    'an engine that is not there',
    ['sxb', '--engine', 'pulumy'],
    /^error: there is no engine pulumy; did you mean pulumi\?\n$/,
  ],
  ['the way back of all sites', ['--back'], /^error: --back and --context are for one site: name it\n$/],
])('ends with 2 and says what is wrong with %s', async (_, words, message) => {
  const command = [process.execPath, 'scripts/deploy.ts', '--tree', tree, ...words] as const;
  const { code, stdout, stderr } = await run(command, { cwd: ROOT });
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
});

it('takes sites in the order in which they can be made: a realm is pulled from one that is there', () => {
  expect(sitesIn(tree)).toEqual({ clusters: ['sxb', 'dc'], others: ['do'] });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { parsed } from '#policies/reading/objects.ts';
import type { Data } from '#policies/reading/texts.ts';
import { run } from '#scripts/lib/run.ts';
import { ROOT } from '#scripts/lib/sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { identityOf, keyOf } from './object.ts';
import { wavesOf } from './waves.ts';

/** The examples for Argo CD and Flux against the same waves: what they choose of the golden tree, in which order. */
const documents = (name: string): Data[] =>
  parseAllDocuments(readFileSync(join(ROOT, 'docs/examples', name), 'utf8')).map((each) => {
    expect(each.errors).toEqual([]);
    return each.toJS();
  });
const PATH = 'charts/golden/sxb/kubernetes';
const files = [...artefacts(threeSites(), 'sxb')].flatMap(([path, text]): [string, string][] => {
  const own = /^sxb\/kubernetes\/(.+)$/.exec(path)?.[1];
  return own ? [[own, text]] : [];
});
const keys = new Map(files.map(([path, text]) => [path, keyOf(identityOf(parsed(path, text)))]));
const waves = wavesOf(files.map(([path, text]) => parsed(path, text)));
const wanted = waves.map(({ id, objects }) => [
  `sxb-${id}`,
  objects.map((each) => keyOf(identityOf(each))).sort(),
]);

const folder = mkdtempSync(join(tmpdir(), 'gitops-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As Argo CD reads patterns: `*` stands for anything, slashes too. @see https://github.com/gobwas/glob (without separators) */
function matches(pattern: string | undefined, path: string): boolean {
  if (!pattern) return false;
  const expression = pattern
    .replaceAll(/[.+^$()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replace(/^\{(.*)\}$/, (_, list: string) => `(${list.replaceAll(',', '|')})`);
  return new RegExp(`^${expression}$`).test(path);
}

it('Argo CD gets each object in its wave, and each wave after the one before', () => {
  const applications = documents('argo-cd.yaml');
  const chosen = applications.map(({ metadata, spec: { source } }) => {
    expect(source.path).toBe(PATH);
    const { include, exclude, recurse } = source.directory;
    expect(recurse).toBe(true);
    const own = files.filter(([path]) => matches(include, path) && !matches(exclude, path));
    return [metadata.name, own.map(([path]) => keys.get(path)).sort()];
  });
  expect(chosen).toEqual(wanted);
  expect(applications.map(({ metadata }) => metadata.annotations['argocd.argoproj.io/sync-wave'])).toEqual(
    waves.map((_, at) => String(at)),
  );
  for (const { kind, apiVersion, spec } of applications) {
    expect([apiVersion, kind]).toEqual(['argoproj.io/v1alpha1', 'Application']);
    expect(spec.syncPolicy.syncOptions).toEqual(['ServerSideApply=true']);
  }
});

it('Flux gets each object in its wave, by the words of a .gitignore as git itself reads them', async () => {
  for (const [path, text] of files) {
    const file = join(folder, PATH, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  writeFileSync(join(folder, 'README.md'), '');
  await run(['git', 'init', '-q', folder]);
  const all = documents('flux.yaml');
  const sources = all.filter(({ kind }) => kind === 'GitRepository');
  const chosen: unknown[] = [];
  for (const { metadata, spec } of sources) {
    writeFileSync(join(folder, '.git', 'wave'), spec.ignore);
    const { stdout, code, stderr } = await run(
      ['git', 'ls-files', '--others', `--exclude-from=${join(folder, '.git', 'wave')}`],
      { cwd: folder },
    );
    expect(code, stderr).toBe(0);
    const own = stdout
      .split('\n')
      .filter(Boolean)
      .map((path) => keys.get(path.slice(PATH.length + 1)));
    chosen.push([metadata.name, own.sort()]);
  }
  expect(chosen).toEqual(wanted);
  const kustomizations = all.filter(({ kind }) => kind === 'Kustomization');
  expect(kustomizations.map(({ spec }) => spec.dependsOn?.map(({ name }: Data) => name) ?? [])).toEqual(
    waves.map((_, at) => (at === 0 ? [] : [`sxb-${waves[at - 1]!.id}`])),
  );
  for (const [at, { metadata, spec }] of kustomizations.entries()) {
    expect(spec).toMatchObject({ path: `./${PATH}`, wait: true, timeout: `${waves[at]!.timeoutSeconds}s` });
    expect(spec.sourceRef).toEqual({ kind: 'GitRepository', name: metadata.name });
  }
});

it('neither of them removes by itself what stores', () => {
  const prunes = (all: Data[], prune: (each: Data) => boolean) =>
    all.filter(prune).map(({ metadata }) => metadata.name);
  const stores = ['sxb-storage', 'sxb-object-store'];
  expect(prunes(documents('argo-cd.yaml'), ({ spec }) => !spec.syncPolicy.automated.prune)).toEqual(stores);
  expect(prunes(documents('flux.yaml'), ({ kind, spec }) => kind === 'Kustomization' && !spec.prune)).toEqual(
    stores,
  );
});

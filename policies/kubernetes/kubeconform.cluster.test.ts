import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { reachable, type Schema } from '#scripts/generate/slim-schema.ts';
import { goTool, goToolMissing, KUBECONFORM } from '#scripts/lib/lab/go-tool.ts';
import { run } from '#scripts/lib/run.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { definitionsOf, KINDS, RELEASES } from '../reading/api-schemas.ts';

const missing = goToolMissing(KUBECONFORM);
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);

/** Another program reads the same schemas and the same tree: what our own law overlooks, it finds. */
describe.skipIf(missing !== undefined)('kubeconform on the tree', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fredu-conform-'));
  const tree = [...artefacts(threeSites())].filter(([path]) => path.includes('/kubernetes/'));
  let program: string;
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const conform = (release: string, ...paths: string[]) =>
    run([
      program,
      '-strict',
      '-output=json',
      '-summary',
      '-n=2',
      `-kubernetes-version=${release}.0`,
      `-schema-location=${folder}/schemas/${release}/{{.ResourceKind}}{{.KindSuffix}}.json`,
      ...paths.map((path) => join(folder, path)),
    ]);

  beforeAll(async () => {
    program = await goTool(KUBECONFORM);
    for (const release of RELEASES) {
      const definitions = definitionsOf(release) as Record<string, Schema>;
      for (const [kind, name] of Object.entries(KINDS)) {
        const [version, word] = kind.split(' ') as [string, string];
        const file = [word.toLowerCase(), ...version.replace(/\.[^/]*\//, '/').split('/')].join('-');
        const needed = [...reachable([name], definitions)].map((each) => [each, definitions[each]]);
        const schema = { $ref: `#/definitions/${name}`, definitions: Object.fromEntries(needed) };
        write(`schemas/${release}/${file}.json`, JSON.stringify(schema));
      }
    }
    for (const [path, text] of tree) write(`tree/${path}`, text);
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(RELEASES)('finds every object in order for Kubernetes %s', async (release) => {
    const { stdout, stderr } = await conform(release, 'tree');
    const { resources, summary } = JSON.parse(stdout || `{"resources":["${stderr}"]}`);
    expect(resources ?? []).toEqual([]);
    expect(summary).toEqual({ valid: tree.length, invalid: 0, errors: 0, skipped: 0 });
  });

  it('would find a slip', async () => {
    const [path, text] = tree.find(([each]) => each.includes('deployment-education-api'))!;
    write('slip.yaml', text.replace('readinessProbe:', 'readynessProbe:'));
    const { stdout } = await conform(RELEASES[0]!, 'slip.yaml');
    expect(JSON.parse(stdout).summary.invalid, path).toBe(1);
  });
});

import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { judged } from './check.ts';
import { sourcesOf } from './lib/cause.ts';
import { rules } from './lib/explained.ts';
import { junit } from './lib/reports/junit.ts';
import { sarif } from './lib/reports/sarif.ts';
import { run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';
import { synth } from './lib/synthesis.ts';
import { treeState } from './lib/tree-state.ts';
import { replaced } from './testing/edited-tree.ts';
import sarifSchema from './testing/schemas/sarif-2.1.0.json' with { type: 'json' };
import { THREE_SITES, threeSites } from './testing/three-sites.ts';

const model = threeSites();
const tree = artefacts(model);
const folder = mkdtempSync(join(tmpdir(), 'fredu-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = 'dc/inventory/ssh_config';
const sources = sourcesOf(model, THREE_SITES, 'sites');
const { problems } = judged(model, replaced(tree, path, 'HostName 10.20.0.11', 'HostName 10.20.0.12'), {
  root: 'dist',
  sources,
});
const check = (...args: string[]) =>
  run([process.execPath, join(ROOT, 'scripts/check.ts'), '--sites', THREE_SITES, ...args]);

it('points at the line of the file and at the line of the site file that it comes from', () => {
  expect(problems[0]).toMatchObject({
    code: 'inventory-hosts',
    message: 'ssh gets to dc-cp1 by 10.20.0.12; its address is 10.20.0.11',
    file: `dist/${path}`,
    source: 'Host dc-cp1 cp1.dc.fredu.fr',
    cause: { file: 'sites/dc.yaml', source: expect.stringMatching(/^ {2}cp1: /), column: 3 },
  });
});

it('writes SARIF that its schema accepts', () => {
  const report = sarif(problems, rules());
  // OASIS publishes it as draft 4, of which it uses nothing that later drafts read in another way.
  const { $schema: _, id: __, ...schema } = sarifSchema;
  const valid = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  expect([valid(report), valid.errors]).toEqual([true, null]);
  expect(report).toMatchObject({
    runs: [
      {
        tool: { driver: { rules: [{ id: 'inventory-hosts' }] } },
        results: [
          {
            ruleId: 'inventory-hosts',
            level: 'error',
            locations: [
              { physicalLocation: { artifactLocation: { uri: `dist/${path}` }, region: { startLine: 6 } } },
            ],
            relatedLocations: [{ message: { text: 'comes from here' } }],
          },
          { ruleId: 'inventory-hosts' },
        ],
      },
    ],
  });
  expect(valid({ ...report, version: '9' })).toBe(false);
  expect(valid(sarif([], rules()))).toBe(true);
});

it('writes JUnit: a test a law, and what XML cannot say is left out', () => {
  const odd = { ...problems[0]!, message: 'a <b> & "c"\u0001\ud800' };
  const text = junit([odd], rules());
  expect(text).toContain('<testcase classname="fredu.laws" name="zones"/>');
  expect(text).toContain('<failure type="inventory-hosts" message="a &lt;b&gt; &amp; &quot;c&quot;  ">');
  expect(text).toMatch(/<testsuites name="fredu check" tests="\d+" failures="1" errors="0">/);
});

it('tells what became of a tree: missing, cut off, foreign, edited; nothing of one that is as it was made', () => {
  const out = join(folder, 'dist');
  synth(model, out);
  expect(treeState(out, tree, tree)).toEqual([]);
  // The site files became something else since, and the file with them: its stamp alone is old.
  const newer = new Map(tree).set(path, `${tree.get(path)}# a word\n`);
  expect(treeState(out, newer, newer)).toEqual([]);
  const changed = new Map(tree);
  changed.delete('sxb/plans/cert-manager.yaml');
  changed.set('do/foreign.txt', 'x\n');
  changed.set(path, `${tree.get(path)}# a word\n`);
  const firewall = 'sxb/hosts/sxb-edge1/etc/nftables.conf';
  changed.set(firewall, tree.get(firewall)!.slice(0, 300));
  const codes = (stamped: string) =>
    treeState(stamped, changed, tree).map(({ code, severity, message }) => [code, severity, message]);
  const expected = (made: string) => [
    ['file-missing', 'error', `sxb/plans/cert-manager.yaml, ${made}, is missing`],
    [
      'file-truncated',
      'error',
      `${firewall} is cut off: 300 of ${Buffer.byteLength(tree.get(firewall)!)} bytes are there`,
    ],
    ['file-edited', 'note', `${path} differs from the file ${made}`],
    ['file-foreign', 'note', `do/foreign.txt is nothing ${made}`],
  ];
  const sorted = (rows: string[][]) => rows.sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
  expect(sorted(codes(out))).toEqual(sorted(expected('that synth made')));
  // A copy of a colleague has no stamp: what the site files become is held against it.
  expect(sorted(codes(join(folder, 'nowhere')))).toEqual(sorted(expected('that the site files become')));
});

it.each([
  ['two forms', ['--json', '--sarif'], '--json and --sarif are two forms of one answer; name one'],
  [
    'a folder that is none',
    ['--tree', '/nonexistent-tree'],
    'there is no folder and no commit /nonexistent-tree',
  ],
  ['a folder without a site', ['--tree', folder], 'is no generated tree'],
])(
  '%s: one line, and exit 2',
  async (_, args, line) => {
    const { code, stderr } = await check(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(line)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  },
  60_000,
);

it('a tree of other sites, a file of 200 MB, a link out of the tree', async () => {
  const out = join(folder, 'bad');
  synth(model, out);
  const asked = async () => {
    const { code, stderr } = await check('--tree', out);
    expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
    return stderr;
  };
  const long = join(out, 'do/long.log');
  writeFileSync(long, '');
  truncateSync(long, 200 * 2 ** 20);
  expect(await asked()).toContain('has 200 MiB, and no file of a tree has more than 16; remove it');
  rmSync(long);
  symlinkSync('/etc/hostname', join(out, 'do/link'));
  expect(await asked()).toContain('is a link out of the tree; put the file itself there');
  rmSync(join(out, 'do/link'));
  for (const site of ['sxb', 'dc', 'do']) rmSync(join(out, site), { recursive: true });
  writeFileSync(join(out, 'platform/x'), '');
  expect(await asked()).toMatch(/is no generated tree|none of the sites/);
}, 120_000);

it('judges a tree on disk as it stands', async () => {
  const out = join(folder, 'edited');
  synth(model, out);
  writeFileSync(join(out, path), tree.get(path)!.replace('HostName 10.20.0.11', 'HostName 10.20.0.12'));
  const { code, stdout } = await check('--tree', out, '--json');
  const report = JSON.parse(stdout);
  expect(code).toBe(1);
  expect(report.problems.map((each: { code: string }) => each.code)).toEqual([
    'inventory-hosts',
    'inventory-hosts',
  ]);
  expect(report.problems[0].file).toBe(join(out, path));
  expect(report.notes.map((each: { code: string }) => each.code)).toEqual(['file-edited']);
}, 60_000);

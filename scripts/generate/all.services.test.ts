import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../lib/run.ts';
import { copyProject } from '../testing/project-copy.ts';
import { MAKERS } from './all.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-generate-'));
beforeAll(() => copyProject(folder));
afterAll(() => rmSync(folder, { recursive: true }));

/** What it says, a line a maker. */
async function generate(): Promise<string[]> {
  const { code, stdout, stderr } = await run([process.execPath, 'scripts/generate/all.ts'], { cwd: folder });
  expect([code, stderr]).toEqual([0, '']);
  return stdout.trimEnd().split('\n');
}

it('changes nothing that is in git: npm run generate', async () => {
  expect(await generate()).toEqual(MAKERS.map(({ command }) => `${command.join(' ')}: unchanged`));
});

it('restores what somebody changed by hand', async () => {
  appendFileSync(join(folder, 'docs/laws.md'), 'by hand\n');
  appendFileSync(join(folder, 'charts/golden/platform/sql/zones.sql'), '; by hand\n');
  const said = await generate();
  expect(said.filter((line) => !line.endsWith(': unchanged'))).toEqual([
    'scripts/generate/laws.ts: changed docs/laws.md',
    'scripts/generate/golden.ts: changed charts/golden/platform/sql/zones.sql',
  ]);
});

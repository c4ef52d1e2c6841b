import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Bill } from './lib/bill.ts';
import { find } from './lib/programs.ts';
import { run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';
import { wrongIn } from './testing/cyclonedx.ts';
import { itJudged } from './testing/judge.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-sbom-'));
const billOf = (name: string): Bill => JSON.parse(readFileSync(join(folder, `${name}.cdx.json`), 'utf8'));
beforeAll(async () => {
  if (!find('nginx')) return;
  const made = await run([process.execPath, 'scripts/sbom.ts', '--sbom', folder], { cwd: ROOT });
  expect([made.code, made.stderr]).toEqual([0, '']);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['fredu', ['cdk8s', 'constructs', 'fastify']],
  ['education-api', ['node', 'fastify', 'pg', 'sharp', '@img/sharp-wasm32', '@node-rs/argon2']],
  ['education-web', ['nginx', 'preact', 'react-router']],
])('the bill of %s', (name, parts) => {
  itJudged('nginx', 'is one by the schema of CycloneDX, and has what is in it', () => {
    const bill = billOf(name);
    expect(wrongIn(bill)).toEqual([]);
    expect(bill.components.map((each) => each.name)).toEqual(expect.arrayContaining(parts));
  });
  itJudged('nginx', 'has a version and a licence of every package', () => {
    const { components } = billOf(name);
    expect(components.filter(({ version }) => !version)).toEqual([]);
    const silent = components.filter(({ type, licenses }) => type === 'library' && !licenses);
    // Its package.json names none.
    expect(silent.map((each) => each.name).filter((each) => each !== 'combine-errors')).toEqual([]);
  });
});

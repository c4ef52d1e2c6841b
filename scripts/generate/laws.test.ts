import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { POLICIES } from '#policies/index.ts';
import { ROOT } from '../lib/sites.ts';
import { lawsPage } from './laws.ts';

it('is current: npm run laws', () => {
  expect(readFileSync(join(ROOT, 'docs/laws.md'), 'utf8')).toBe(lawsPage());
});

it('has a section of each law, with its reason', () => {
  const page = lawsPage();
  for (const { id } of POLICIES) expect(page).toContain(`\n### ${id}\n`);
});

it('leaves nothing of a reason to Markdown', () => {
  const law = { id: 'zones', title: 'no <site> is *bare*', why: 'as [object Object], but `<kept>`' };
  expect(lawsPage([law])).toContain('**No \\<site> is \\*bare\\*.**');
  expect(lawsPage([law])).toContain('as \\[object Object\\], but `<kept>`');
});

it('gives each part of a reason a line', () => {
  const law = { id: 'zones', title: 't', why: 'Avoid: this. Prefer: that. Rationale: it is so.' };
  expect(lawsPage([law])).toContain(
    '\n\n- **Avoid:** this.\n- **Prefer:** that.\n- **Rationale:** it is so.\n',
  );
});

it('refuses a law whose file has another name', () => {
  expect(() => lawsPage([{ id: 'quorum', title: '', why: '' }])).toThrow('no policies/<room>/quorum.ts');
});

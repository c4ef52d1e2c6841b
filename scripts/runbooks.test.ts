import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '../charts/artefacts.ts';
import { threeSites } from '../sites/three-sites.ts';
import { RUNBOOKS, runbooks } from './runbooks.ts';
import { ROOT } from './synth.ts';

const model = threeSites();

it('keeps the pages as the alerts say: npm run runbooks', () => {
  const made = runbooks(model);
  expect(readdirSync(RUNBOOKS).sort()).toEqual([...made.keys()].sort());
  for (const [name, text] of made) expect(readFileSync(join(RUNBOOKS, name), 'utf8'), name).toBe(text);
});

it('leads every rendered alert to an entry that there is', () => {
  const tree = artefacts(model);
  const links = [...tree].flatMap(([path, text]) =>
    path.endsWith('configmap-prometheus-rules.yaml')
      ? Object.values(parse(text).data as Record<string, string>).flatMap((rules) =>
          parse(rules).groups[0].rules.flatMap(
            (rule: { annotations?: { runbook: string } }) => rule.annotations?.runbook ?? [],
          ),
        )
      : [],
  );
  expect(links.length).toBeGreaterThan(100);
  for (const link of new Set<string>(links)) {
    const [page, anchor] = link.split('#');
    const headings = [...readFileSync(join(ROOT, page!), 'utf8').matchAll(/^## (\S+)$/gm)].map((match) =>
      match[1]!.toLowerCase(),
    );
    expect(headings, link).toContain(anchor);
  }
});

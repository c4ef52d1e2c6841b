import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../constructs/prometheus/alerts/index.ts';
import { runbook } from '../constructs/prometheus/runbook.ts';
import type { Model } from '../sites/model.ts';
import { main } from './main.ts';
import { loadModel, ROOT } from './synth.ts';

export const RUNBOOKS = join(ROOT, 'docs', 'runbooks');

/** The pages of all components by file name, for every site that watches itself. */
export function runbooks(model: Model): Map<string, string> {
  const sites = model.sites.filter((site) => site.kubernetes);
  return new Map(
    RULES.map((rules) => {
      const groups = sites
        .map((site) => ({ site, group: rules({ model, site }) }))
        .filter(({ group }) => group.alerts.length > 0);
      return [`${groups[0]!.group.component}.md`, runbook({ model, groups })];
    }),
  );
}

if (import.meta.main) {
  await main(() => {
    const model = loadModel();
    if (!model) return 1;
    rmSync(RUNBOOKS, { recursive: true, force: true });
    mkdirSync(RUNBOOKS, { recursive: true });
    for (const [name, text] of runbooks(model)) writeFileSync(join(RUNBOOKS, name), text);
    return 0;
  });
}

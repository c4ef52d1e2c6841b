import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { itJudged } from '../../scripts/judge.ts';
import { run } from '../../scripts/run.ts';
import { threeSites } from '../../sites/three-sites.ts';
import { RULES } from './alerts/index.ts';
import { type Group, ruleFile, ruleTests } from './rule.ts';

const model = threeSites();
const places = model.sites.filter((site) => site.kubernetes).map((site) => ({ model, site }));

it('names each alert once and says what to do', () => {
  for (const place of places) {
    const alerts = RULES.flatMap((rules) => rules(place).alerts);
    const names = alerts.map((alert) => alert.alert + JSON.stringify(alert.labels ?? {}));
    expect(new Set(names).size).toBe(names.length);
    for (const { alert, steps, summary, impact } of alerts) {
      expect(alert).toMatch(/^[A-Z][A-Za-z0-9]+$/);
      expect(steps.length, alert).toBeGreaterThan(0);
      expect(summary.length * impact.length, alert).toBeGreaterThan(0);
    }
  }
});

/** A group that differs from one judged before by the name of its site only is not judged again. */
const judged = new Set<string>();
const likeness = (group: Group, code: string) =>
  JSON.stringify(group).replaceAll(new RegExp(`\\b${code}\\b`, 'g'), 'SITE');

for (const place of places) {
  itJudged(
    'promtool',
    `promtool: every alert of ${place.site.code} fires where it must and nowhere else`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'fredu-rules-'));
      try {
        const groups = RULES.map((rules) => rules(place)).filter(
          (group) => !judged.has(likeness(group, place.site.code)),
        );
        const tests = groups.map((group) => {
          judged.add(likeness(group, place.site.code));
          writeFileSync(join(folder, `${group.component}.yaml`), stringify(ruleFile(group)));
          const file = join(folder, `${group.component}.test.yaml`);
          writeFileSync(file, stringify(ruleTests(group, `${group.component}.yaml`)));
          return file;
        });
        const { code, stdout, stderr } = await run(['promtool', 'test', 'rules', ...tests]);
        expect(stdout + stderr).not.toMatch(/FAILED|err/i);
        expect(code).toBe(0);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
}

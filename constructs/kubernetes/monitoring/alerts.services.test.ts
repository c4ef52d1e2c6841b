import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { run } from '#scripts/lib/run.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { hasKubernetes } from '#sites/site-kinds.ts';
import { RULES } from './alerts/index.ts';
import { INHIBITIONS } from './inhibitions.ts';
import { type Group, ruleFile, ruleTests } from './rule.ts';

const model = threeSites();
/** Another shape: five workers in a room, and one node of the arbiter. */
const other = example(({ sites }) => {
  for (const number of [4, 5]) {
    const like = sites.lyn!.hosts.worker1!;
    sites.lyn!.machines!.push(`pm${number}`);
    sites.lyn!.hosts[`worker${number}`] = {
      ...like,
      machine: `pm${number}`,
      address: [`10.1.0.${30 + number}`, `2001:db8:1:2::${30 + number}`],
      public: `198.18.1.${30 + number}`,
    };
  }
  sites.nic!.hosts = { node1: sites.nic!.hosts.node1! };
});
const places = [model, other].flatMap((world) =>
  world.sites.filter(hasKubernetes).map((site) => ({ model: world, site })),
);

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

itJudged('promtool', 'every label that an inhibition compares is one that both alerts carry', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fredu-inhibitions-'));
  try {
    // The second of our sites copies the object store, so it has those alerts too; edges are at the first.
    const groups = [places[1]!, places[0]!].flatMap((place) => RULES.map((rules) => rules(place)));
    const tests = INHIBITIONS.flatMap(({ cause, effects, equal }) =>
      [cause, ...effects].flatMap((name) => {
        const group = groups.find(({ alerts }) => alerts.some(({ alert }) => alert === name))!;
        const { fires } = group.alerts.find(({ alert }) => alert === name)!;
        const file = join(folder, `${group.component}.yaml`);
        writeFileSync(file, stringify(ruleFile(group)));
        return equal.map((label) => ({
          rule_files: [file],
          evaluation_interval: '1m',
          tests: [
            {
              name: `${name} has ${label}`,
              interval: '1m',
              input_series: fires.series.map(([series, values]) => ({ series, values })),
              promql_expr_test: [
                {
                  expr: `count(ALERTS{alertname="${name}",alertstate="firing",${label}!=""}) > bool 0`,
                  eval_time: fires.at,
                  exp_samples: [{ labels: '{}', value: 1 }],
                },
              ],
            },
          ],
        }));
      }),
    );
    const files = tests.map((test, index) => {
      const file = join(folder, `${index}.test.yaml`);
      writeFileSync(file, stringify(test));
      return file;
    });
    const { code, stdout, stderr } = await run(['promtool', 'test', 'rules', ...files]);
    expect(stdout + stderr).not.toMatch(/FAILED|err/i);
    expect(code).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

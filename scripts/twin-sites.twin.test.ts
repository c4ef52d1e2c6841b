import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { promises } from '#constructs/plans/promises.ts';
import { machineState } from '#scripts/testing/machine-state.ts';
import { ownTwin } from '#scripts/testing/own-twin.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { until } from './lib/lab/netns.ts';
import { clusterMissing, isWarm } from './lib/twin/cluster/prepare.ts';
import { twinSites } from './lib/twin/parts.ts';
import { machineRefuses } from './lib/twin/refusals.ts';
import { remains } from './lib/twin/rehearsal.ts';
import { effects, isServedAfter } from './lib/twin/report.ts';
import { running } from './lib/twin/state.ts';
import { isWell } from './lib/twin/status.ts';

/** The twin of all sites: what a lost site takes with it, and what people see of that. */
const isCold = !isWarm();
const missing = [
  ...[machineRefuses('small'), clusterMissing()].filter((each) => each !== undefined),
  ...(isCold ? ['there is no cache yet; npm run twin -- --size tiny makes it'] : []),
];
const suite = missing.length === 0 ? describe : describe.skip;

const { env, pattern, must, end } = ownTwin({ timeoutSeconds: 1700 });
const model = threeSites();
const [site] = twinSites(model);
let before = '';

suite(`the twin of all sites${missing.length > 0 ? ` – skipped: ${missing.join(', ')}` : ''}`, () => {
  beforeAll(async () => {
    writeFileSync(pattern, env.FREDU_TWIN);
    before = await machineState(pattern);
    await must('--size', 'small');
  }, 1_800_000);
  afterAll(end);

  it('has every part of every site well, and everybody served', async () => {
    await until('every part is well', () => isWell(running()), 60);
    await must('heal');
    await until('everybody is served', () => isServedAfter(env.FREDU_TWIN, 0), 120);
    const { state } = running();
    expect(new Set(state.layout.hosts.flatMap((host) => host.site ?? []))).toEqual(
      new Set(model.sites.map(({ code }) => code)),
    );
  });

  it('outlives the loss of its first site: another one serves, and takes the lease of the database', async () => {
    const stays = remains(model, site!.code);
    await must('lose', site!.code);
    const { seconds } = promises({ model, site: site! }).find(({ id }) => id === 'site')!;
    await until('people are served again', () => isServedAfter(env.FREDU_TWIN, seconds + 8, stays), 120);
    const all = effects(env.FREDU_TWIN).filter(stays);
    const seen = all.filter(({ at }) => at === all.at(-1)!.at);
    const page = seen.filter(({ probe }) => probe === 'page');
    expect(page.map(({ family }) => family)).toEqual(['ipv4']);
    for (const each of page) expect(each.secondsWithout).toBeLessThan(seconds + 2);
    const write = seen.find(({ probe }) => probe === 'write')!;
    expect(write.asked).toBeGreaterThan(Object.values(write.errors).reduce((sum, each) => sum + each, 0));
  });

  it('leaves nothing when its holder is killed', async () => {
    process.kill(Number(readFileSync(join(env.FREDU_TWIN, 'holder.pid'), 'utf8')), 'SIGKILL');
    await expect.poll(() => machineState(pattern), { timeout: 90_000, interval: 500 }).toBe(before);
  });
});

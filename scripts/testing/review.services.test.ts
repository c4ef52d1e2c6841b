import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Data } from '#policies/reading/objects.ts';
import { run } from '../lib/run.ts';
import { ROOT } from '../lib/sites.ts';
import { copyProject } from './project-copy.ts';
import { THREE_SITES } from './three-sites.ts';

/** The commands of both workflows, as their files have them; packages are there already, and what writes comments is a stand-in. */
const yaml = (path: string): Data => parse(readFileSync(join(ROOT, path), 'utf8'));
const GITHUB: string[] = yaml('.github/workflows/review.yml').jobs.diff.steps.flatMap(
  (step: Data) => step.run ?? [],
);
const { script, after_script } = yaml('.gitlab-ci.yml').diff;
const without = (commands: string[]) => commands.filter((command) => command !== 'npm ci');

const work = mkdtempSync(join(tmpdir(), 'fredu-review-'));
const project = join(work, 'project');
afterAll(() => rmSync(work, { recursive: true, force: true }));

const git = async (...args: string[]) => {
  const done = await run(['git', '-c', 'user.name=t', '-c', 'user.email=t@example.net', ...args], {
    cwd: project,
  });
  expect([done.code, done.stderr]).toEqual([0, '']);
  return done.stdout.trim();
};
let base = '';

beforeAll(async () => {
  await copyProject(project);
  for (const name of ['gh', 'curl']) {
    const file = join(work, 'bin', name);
    mkdirSync(join(work, 'bin'), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho ${name} "$@" >>"${work}/said"\n`);
    chmodSync(file, 0o755);
  }
  // Whatever stands in sites/, the golden tree and the change are those of the reference platform.
  for (const file of ['platform', 'sxb', 'dc', 'do'].map((name) => `${name}.yaml`))
    writeFileSync(join(project, 'sites', file), readFileSync(join(THREE_SITES, file)));
  const golden = await run([process.execPath, 'scripts/generate/golden.ts'], { cwd: project });
  expect(golden.code).toBe(0);
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'base');
  base = await git('rev-parse', 'HEAD');
});

/** Runs commands one after the other in one shell, as runners do. */
async function shell(commands: string[], env: Record<string, string> = {}) {
  rmSync(join(work, 'said'), { force: true });
  return run(['bash', '-e', '-c', commands.join('\n')], {
    cwd: project,
    env: {
      PATH: `${join(work, 'bin')}:${process.env.PATH}`,
      BASE: base,
      NUMBER: '7',
      GITHUB_STEP_SUMMARY: join(work, 'summary.md'),
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
      CI_API_V4_URL: 'https://gitlab.example/api/v4',
      CI_PROJECT_ID: '1',
      CI_MERGE_REQUEST_IID: '7',
      CI_MERGE_REQUEST_LABELS: '',
      DIFF_TOKEN: 'a-token',
      FREDU_SITES: undefined,
      ...env,
    },
    timeoutSeconds: 300,
  });
}
const said = () => (existsSync(join(work, 'said')) ? readFileSync(join(work, 'said'), 'utf8') : '');
const comment = () => readFileSync(join(project, 'diff.md'), 'utf8');
const changeSites = (from: string, to: string) => {
  const file = join(project, 'sites/platform.yaml');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
};

describe('a change that loses nothing', () => {
  beforeAll(() => changeSites('time: [ntp.unistra.fr, ', 'time: [canon.inria.fr, '));

  it('is commented on by GitHub’s workflow', async () => {
    const { code, stderr } = await shell(without(GITHUB));
    expect([code, stderr.includes('error')]).toEqual([0, false]);
    expect(comment()).toContain('### This change restarts things one after the other');
    expect(readFileSync(join(work, 'summary.md'), 'utf8')).toBe(comment());
    expect(said()).toBe('gh pr comment 7 --edit-last --create-if-none --body-file diff.md\n');
  });

  it('is commented on by GitLab’s', async () => {
    expect((await shell(without(script))).code).toBe(0);
    expect((await shell(after_script)).code).toBe(0);
    expect(said()).toContain('https://gitlab.example/api/v4/projects/1/merge_requests/7/notes');
    expect(said()).toContain('--data-urlencode body@diff.md');
  });
});

describe('a change that lets somebody reach more', () => {
  beforeAll(() => changeSites('networks: [192.0.2.128/28, ', 'networks: [192.0.2.128/25, '));

  it('is stopped by both, until somebody accepts it', async () => {
    const onlyDiff = (commands: string[]) =>
      commands.filter((command) => /\.ci\/diff|ACCEPTED/.test(command));
    expect((await shell(onlyDiff(GITHUB))).code).toBe(3);
    expect(comment()).toContain('**wider**');
    expect((await shell(onlyDiff(GITHUB), { ACCEPTED: 'true' })).code).toBe(0);
    expect((await shell(onlyDiff(script))).code).toBe(3);
    expect((await shell(onlyDiff(script), { CI_MERGE_REQUEST_LABELS: 'urgent,accepted' })).code).toBe(0);
  });
});

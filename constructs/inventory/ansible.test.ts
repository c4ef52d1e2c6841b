import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { run } from '#scripts/lib/run.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { HANDLERS, PLACINGS, rowsFor } from './placing.ts';

const model = threeSites();
const tree = artefacts(model);
const work = mkdtempSync(join(tmpdir(), 'fredu-ansible-'));
afterAll(() => rmSync(work, { recursive: true }));
const file = (site: string, name: string) => parse(tree.get(`${site}/inventory/hosts/${name}`)!);

/** Puts the playbook of a site where programs can read it. */
function folder(site: string, change = (text: string, _name: string) => text): string {
  const at = mkdtempSync(join(work, `${site}-`));
  const below = `${site}/inventory/hosts/`;
  for (const [path, text] of tree) {
    if (!path.startsWith(below)) continue;
    const name = path.slice(below.length);
    mkdirSync(dirname(join(at, name)), { recursive: true });
    writeFileSync(join(at, name), change(text, name));
  }
  return at;
}

it('puts every file of every host in its place, each by one row', () => {
  for (const world of [model, example()]) {
    const all = artefacts(world);
    for (const [path] of all) {
      const [site, kind, host, ...rest] = path.split('/');
      if (kind !== 'hosts') continue;
      const onHost = rest.join('/');
      expect(rowsFor(onHost), onHost).toHaveLength(1);
      const role = world.sites.flatMap(({ hosts }) => hosts).find(({ name }) => name === host)!.role;
      const tasks = parse(all.get(`${site}/inventory/hosts/tasks/${role.replace('-', '_')}.yaml`)!);
      expect(JSON.stringify(tasks), path).toContain(`"dest":"/${onHost}"`);
    }
  }
});

it('knows every handler that is notified, and none that nobody notifies', () => {
  const tasks = [...tree].filter(([path]) => path.includes('/hosts/tasks/'));
  const notified = [
    ...tasks.flatMap(([, text]) => parse(text).flatMap(({ notify }: { notify?: string[] }) => notify ?? [])),
    ...PLACINGS.flatMap(({ notify }) => notify ?? []),
  ];
  expect([...new Set(notified)].sort()).toEqual([...HANDLERS].sort());
  const names = file('sxb', 'handlers.yaml').map(({ name }: { name: string }) => name);
  expect(names).toEqual([...HANDLERS]);
});

describe('the plays', () => {
  it('take one host at a time, and stop at the first that fails', () => {
    for (const site of model.sites)
      for (const play of file(site.code, 'playbook.yaml'))
        expect(play).toMatchObject({ serial: 1, any_errors_fatal: true, max_fail_percentage: 0 });
  });
  it('leave the bastion, through which all the others are reached, for the end', () => {
    const order = file('sxb', 'playbook.yaml').map(({ hosts }: { hosts: string }) => hosts);
    expect(order).toEqual(['worker', 'control_plane', 'edge', 'bastion']);
    expect(file('sxb', 'inventory.yaml').all.children.edge.hosts).toEqual({
      'sxb-edge1': { other_edges: ['10.10.0.5'] },
      'sxb-edge2': { other_edges: ['10.10.0.4'] },
    });
  });
  it('drain an edge before what may interrupt somebody, and ask for its health before it is taken back', () => {
    const names: string[] = file('sxb', 'handlers.yaml').map(({ name }: { name: string }) => name);
    for (const reload of ['Reload nftables', 'Reload HAProxy', 'Reload keepalived', 'Reload bird'])
      expect(names.indexOf('Drain the edge')).toBeLessThan(names.indexOf(reload));
    expect(names.indexOf('See that the other edges serve')).toBeLessThan(names.indexOf('Drain the edge'));
    const tasks: string[] = file('sxb', 'tasks/edge.yaml').map(({ name }: { name: string }) => name);
    expect(tasks.indexOf('Wait until the balancer can serve the app')).toBeLessThan(
      tasks.indexOf('Take the edge back into service'),
    );
  });
  it('restart what serves nobody, and the database alone among what serves', () => {
    const restarted = HANDLERS.filter((name) => name.startsWith('Restart'));
    expect(restarted).toEqual([
      'Restart chrony',
      'Restart the journal',
      'Restart the timer of updates',
      'Restart the node exporter',
      'Restart the timer of announcements',
      'Restart the timer of time sources',
      'Restart the timer of etcd snapshots',
      'Restart the database',
    ]);
  });
  it('say of every command whether it changes something', () => {
    const unsaid = model.sites.flatMap(({ code }) =>
      [...artefacts(model, code)]
        .filter(([path]) => /inventory\/hosts\/(handlers|tasks\/\w+)\.yaml$/.test(path))
        .flatMap(([, text]) => parse(text))
        .filter((task) => ['command', 'shell'].some((module) => `ansible.builtin.${module}` in task))
        .filter(
          (task) =>
            !('changed_when' in task) &&
            !('creates' in task['ansible.builtin.command']) &&
            !('removes' in task['ansible.builtin.command']),
        ),
    );
    expect(unsaid).toEqual([]);
  });
  it('name secrets, show none, and leave keys to those who read them', () => {
    const secrets = file('do', 'tasks/database.yaml').filter(({ name }: { name: string }) =>
      name.startsWith('Put the secret'),
    );
    expect(secrets).toHaveLength(4);
    for (const task of secrets) expect(task).toMatchObject({ no_log: true, diff: false });
    const key = secrets.find(({ name }: { name: string }) => name.includes('node.key'));
    expect(key['ansible.builtin.copy']).toMatchObject({ mode: '0600', owner: 'cockroach' });
  });
  it('are the same for another platform, with what it has', () => {
    const other = artefacts(example());
    expect(other.has('lyn/inventory/hosts/tasks/edge.yaml')).toBe(true);
    expect(other.has('par/inventory/hosts/tasks/edge.yaml')).toBe(false);
    expect(other.get('nic/inventory/hosts/tasks/database.yaml')).toContain('cockroach');
  });
});

itJudged('ansible-playbook', 'Ansible reads every playbook', async () => {
  const judged = (at: string) =>
    run(['ansible-playbook', '--syntax-check', '-i', 'inventory.yaml', 'playbook.yaml'], { cwd: at });
  for (const { code } of model.sites) {
    const done = await judged(folder(code));
    expect(done.code, done.stderr).toBe(0);
    expect(done.stderr).not.toMatch(/WARNING|ERROR/);
  }
  const wrong = folder('do', (text) => text.replace('ansible.builtin.copy', 'ansible.builtin.coppy'));
  expect((await judged(wrong)).code).not.toBe(0);
});

itJudged(
  'ansible-lint',
  'ansible-lint has nothing to say but of a playbook that is wrong',
  async () => {
    const wrong = relative(
      work,
      folder('do', (text) => text.replace('ansible.builtin.copy:', 'copy:')),
    );
    const folders = [...model.sites.map(({ code }) => relative(work, folder(code))), wrong];
    // Starting it takes seconds, so all playbooks are read in one go, each with the tasks that it imports.
    const { stdout } = await run(
      [
        ...([
          'ansible-lint',
          '--offline',
          '--strict',
          '--profile=production',
          '--nocolor',
          '--parseable',
        ] as const),
        ...folders.map((at) => join(at, 'playbook.yaml')),
      ],
      { cwd: work, timeoutSeconds: 120 },
    );
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => !line.startsWith(`${wrong}/tasks/database.yaml:`))).toEqual([]);
    expect(lines[0]).toContain('fqcn');
  },
  180_000,
);

itJudged('apt-cache', 'Debian has every package by that name', async () => {
  const packages = [...new Set(PLACINGS.flatMap((row) => row.packages ?? []))];
  const { stdout } = await run(['apt-cache', 'policy', ...packages]);
  for (const name of packages)
    expect(stdout, name).toMatch(new RegExp(`^${name}:\n.*\n  Candidate: \\d`, 'm'));
});

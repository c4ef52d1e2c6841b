import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { listOf } from '#policies/reading/texts.ts';
import { Cluster as Api } from './lib/deploy/cluster.ts';
import { readInventory } from './lib/deploy/inventory.ts';
import { labMissing } from './lib/lab/kubernetes-binaries.ts';
import { daemon, run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';
import {
  type DeployLab,
  deployLab,
  edited,
  isAlive,
  scratch,
  text,
  written,
} from './testing/lab/deploying.ts';
import { THREE_SITES, threeSites } from './testing/three-sites.ts';

/** `npm run deploy` and `npm run status` with the tree of sxb on a real API server with its scheduler and controllers. */
const model = threeSites();
const folder = scratch('sxb');
const missing = labMissing();
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);

const firstLine = (said: string): string => said.split('\n')[0]!;

describe.skipIf(missing !== undefined)('the tree of sxb', () => {
  let sxb: DeployLab;
  const tree = written(artefacts(model, 'sxb'));
  beforeAll(async () => {
    sxb = await deployLab('sxb');
  });
  afterAll(() => sxb?.stop());

  it('shows all that will be made, in which order, and writes nothing', async () => {
    const { code, stdout } = await sxb.deploy(tree, '--dry-run');
    expect(code).toBe(0);
    const shown = stdout
      .replaceAll(/tree [0-9a-f]{12}/g, 'tree <digest>')
      .replace(/https:\S+, kube-system \S+/, '<address>, kube-system <uid>');
    await expect(shown).toMatchFileSnapshot('transcripts/deploy-sxb.txt');
    expect(readdirSync(sxb.state)).toEqual([]);
    expect((await sxb.cluster.kubectl('get', 'namespace', 'education')).code).toBe(1);
  });

  it('is carried out in all its waves, each ready before the next', async () => {
    const { code, stdout, stderr } = await sxb.deploy(tree, '--yes');
    expect(code, stdout + stderr).toBe(0);
    expect(stdout.match(/\d+\/11 \w+/g)).toHaveLength(11);
    const api = await Api.open({ kubeconfig: sxb.cluster.kubeconfig, context: 'lab' });
    const files = readdirSync(join(tree, 'sxb/kubernetes'), { recursive: true }).filter((name) =>
      String(name).endsWith('.yaml'),
    );
    const { objects, completed } = await readInventory(api);
    api.close();
    expect(objects).toHaveLength(files.length);
    expect(completed).toHaveLength(2);
  });

  it('changes nothing the second time, in less than 10 s, 5 s of it the preview, and 300 MB', async () => {
    const before = await sxb.cluster.kubectl(
      'get',
      'all,configmaps,networkpolicies',
      '-A',
      '-o',
      'jsonpath={.items[*].metadata.resourceVersion}',
    );
    const start = performance.now();
    const { code, stdout, stderr } = await sxb.deploy(tree, '--yes');
    const seconds = (performance.now() - start) / 1000;
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'nothing to change\n' });
    expect(firstLine(stdout)).toMatch(/194 objects: 0 added, 0 changed, 0 pruned, 194 as they are/);
    expect(seconds).toBeLessThan(5);
    const after = await sxb.cluster.kubectl(
      'get',
      'all,configmaps,networkpolicies',
      '-A',
      '-o',
      'jsonpath={.items[*].metadata.resourceVersion}',
    );
    expect(after.stdout).toBe(before.stdout);
    const usage = `process.on('exit', () => console.error('KiB ' + process.resourceUsage().maxRSS))`;
    const measured = await run(
      [
        process.execPath,
        '--import',
        `data:text/javascript,${encodeURIComponent(usage)}`,
        ...sxb.command('sxb', tree, '--dry-run').slice(1),
      ] as never,
      { cwd: ROOT },
    );
    expect(Number(/KiB (\d+)/.exec(measured.stderr)?.[1])).toBeLessThan(300 * 1000);
  });

  it('is held against its cluster by status, with the other site gone', async () => {
    const both = written(
      new Map([...artefacts(model, 'sxb'), ...artefacts(model, 'dc'), ...artefacts(model, 'do')]),
    );
    const config = parse(readFileSync(sxb.cluster.kubeconfig, 'utf8'));
    config.clusters.push({ name: 'gone', cluster: { server: 'https://127.0.0.1:1' } });
    config.contexts = [
      { name: 'sxb', context: config.contexts[0].context },
      { name: 'dc', context: { cluster: 'gone', user: config.users[0].name } },
    ];
    const kubeconfig = join(folder, 'both.conf');
    writeFileSync(kubeconfig, stringify(config));
    const status = (...more: string[]) =>
      run([process.execPath, 'scripts/status.ts', '--tree', both, '--kubeconfig', kubeconfig, ...more], {
        cwd: ROOT,
      });
    const { code, stdout } = await status();
    expect(code).toBe(1); // a site does not answer
    expect(stdout).toMatch(/^dc: could not be asked: the API at https:\/\/127\.0\.0\.1:1 does not answer/m);
    expect(stdout).toMatch(/^ {2}Kubernetes +1\.35\.4$/m);
    expect(stdout).toMatch(/^ {2}nodes +6 of 6 are ready$/m);
    expect(stdout).toMatch(/^ {2}deployed +this tree, 0 min ago, by release /m);
    expect(stdout).toMatch(/^ {2}drift +none: 194 objects are as the tree says$/m);
    expect(stdout).toMatch(/^ {2}Ceph +HEALTH_OK$/m);
    expect(stdout).toMatch(/^do: no cluster; its hosts are not asked\./m);
    await sxb.cluster.kubectl(
      '-n',
      'education',
      'label',
      'service/memcached',
      'app.kubernetes.io/name=other',
      '--overwrite',
    );
    const drifted = await status('sxb', '--json');
    expect(drifted.code).toBe(1);
    expect(JSON.parse(drifted.stdout).sites[0].lines).toContainEqual({
      state: 'wrong',
      about: 'drift',
      text: 'Service education/memcached: metadata.labels."app.kubernetes.io/name" was set by kubectl-label',
    });
    expect(await sxb.deploy(tree, '--yes')).toMatchObject({ code: 0 });
  });

  it('gets its Secrets from the encrypted file, and no value is shown or kept here', async () => {
    const secrets = join(folder, 'secrets');
    const env = { SOPS_AGE_KEY_FILE: join(folder, 'keys.txt'), FREDU_SITES: THREE_SITES };
    for (const verb of ['init', 'make']) {
      const made = await run([process.execPath, 'scripts/secrets.ts', verb, '--secrets', secrets], {
        cwd: ROOT,
        env,
      });
      expect(made.code, made.stderr + made.stdout).toBeLessThan(2);
    }
    const command = (...more: string[]) =>
      run(sxb.command('sxb', tree, '--secrets', secrets, ...more), { cwd: ROOT, env });
    const shown = await command('--dry-run');
    expect(shown.stdout).toMatch(
      /\nSecrets\n {2}added .*education\/education-s3: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY\n/s,
    );
    const done = await command('--yes');
    expect(done.code, done.stdout + done.stderr).toBe(0);
    const live = JSON.parse(
      (await sxb.cluster.kubectl('-n', 'education', 'get', 'secret', 'education-s3', '-o', 'json')).stdout,
    );
    const value = Buffer.from(live.data.AWS_SECRET_ACCESS_KEY, 'base64').toString();
    expect(value.length).toBeGreaterThan(20);
    const kept = readdirSync(sxb.state, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    for (const text of [shown.stdout, done.stdout, done.stderr, ...kept]) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(live.data.AWS_SECRET_ACCESS_KEY);
    }
    const again = await command('--yes');
    expect([again.code, again.stderr], again.stdout).toEqual([0, 'nothing to change\n']);
  });

  it('begins nothing where pods would wait for Secrets that nobody has', async () => {
    await sxb.cluster.kubectl('-n', 'education', 'delete', 'secret', 'education-s3');
    const next = edited(tree, 'sxb/kubernetes/education/deployment-pgbouncer.yaml', (object) => ({
      ...object,
      spec: { ...object.spec, replicas: 3 },
    }));
    const words = sxb.command('sxb', next, '--yes').filter((word) => word !== '--without-secrets');
    const { code, stdout, stderr } = await run(words as never, { cwd: ROOT });
    expect(code).toBe(1);
    expect(stdout).toMatch(/Secrets that pods wait for, and nobody has: .*education\/education-s3/);
    expect(stderr).toMatch(
      /^nothing was done: Secrets are missing; `npm run secrets -- check sxb` says who makes them/,
    );
  });

  it('does not run a job again that has removed itself', async () => {
    const jobs = await sxb.cluster.kubectl('get', 'jobs', '-n', 'cockroachdb', '-o', 'name');
    await sxb.cluster.kubectl('delete', '-n', 'cockroachdb', jobs.stdout.trim());
    expect(await sxb.deploy(tree, '--yes')).toMatchObject({ code: 0, stderr: 'nothing to change\n' });
    expect((await sxb.cluster.kubectl('get', 'jobs', '-n', 'cockroachdb', '-o', 'name')).stdout).toBe('');
  });

  it('shows and applies another count, prunes what is gone, takes back what others set, and leaves what is theirs', async () => {
    const { kubectl } = sxb.cluster;
    await kubectl('-n', 'education', 'create', 'configmap', 'of-others', '--from-literal=a=b');
    await kubectl('-n', 'monitoring', 'scale', 'deployment/blackbox-exporter', '--replicas=4');
    let next = edited(tree, 'sxb/kubernetes/education/deployment-pgbouncer.yaml', (object) => ({
      ...object,
      spec: { ...object.spec, replicas: 3 },
    }));
    next = edited(next, 'sxb/kubernetes/monitoring/poddisruptionbudget-grafana.yaml', () => undefined);
    const shown = await sxb.deploy(next, '--dry-run');
    expect(shown.stdout).toMatch(/193 objects: 0 added, 2 changed, 1 pruned, 191 as they are/);
    expect(shown.stdout).toMatch(/spec\.replicas: 2 -> 3/);
    expect(shown.stdout).toMatch(
      /Deployment monitoring\/blackbox-exporter: spec\.replicas is 4 by kubectl.*; the tree says 2/,
    );
    expect(shown.stdout).toMatch(/\nPruned\n {2}PodDisruptionBudget monitoring\/grafana\n/);
    const objects = async () =>
      listOf(
        JSON.parse((await kubectl('get', 'pdb,configmaps,services', '-A', '-o', 'json')).stdout).items,
      ).map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    const before = await objects();
    expect(await sxb.deploy(next, '--yes')).toMatchObject({ code: 0 });
    const after = await objects();
    expect(before.filter((each) => !after.includes(each))).toEqual([
      'PodDisruptionBudget monitoring/grafana',
    ]);
    expect(after).toContain('ConfigMap education/of-others');
    const replicas = async (namespace: string, name: string) =>
      (await kubectl('-n', namespace, 'get', 'deployment', name, '-o', 'jsonpath={.spec.replicas}')).stdout;
    expect([
      await replicas('education', 'pgbouncer'),
      await replicas('monitoring', 'blackbox-exporter'),
    ]).toEqual(['3', '2']);
    expect(await sxb.deploy(next, '--back', '--yes')).toMatchObject({ code: 0 });
    expect(await replicas('education', 'pgbouncer')).toBe('2');
    expect(await sxb.deploy(tree, '--yes')).toMatchObject({ code: 0, stderr: 'nothing to change\n' });
  });

  it('does not prune what others have made their own', async () => {
    const { kubectl } = sxb.cluster;
    await kubectl('-n', 'monitoring', 'delete', 'service', 'grafana');
    await kubectl('-n', 'monitoring', 'create', 'service', 'clusterip', 'grafana', '--tcp=80');
    const next = edited(tree, 'sxb/kubernetes/monitoring/service-grafana.yaml', () => undefined);
    const { code, stdout } = await sxb.deploy(next, '--yes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/they stay\n {2}Service monitoring\/grafana\n/);
    expect((await kubectl('-n', 'monitoring', 'get', 'service', 'grafana')).code).toBe(0);
    expect(await sxb.deploy(tree, '--yes')).toMatchObject({ code: 0 });
  });

  it('leaves what holds data to a person, and asks by name before what loses data, even with --yes', async () => {
    const claim = 'sxb/kubernetes/rook-ceph/objectbucketclaim-etcd.yaml';
    const kept = await sxb.deploy(
      edited(tree, claim, () => undefined),
      '--yes',
    );
    expect(kept.code, kept.stderr).toBe(0);
    expect(kept.stdout).toMatch(
      /hold data: they stay until a person deletes them\n {2}ObjectBucketClaim rook-ceph\/etcd\n/,
    );
    const { code, stderr } = await sxb.deploy(
      edited(tree, 'sxb/kubernetes/cluster/namespace-node-exporter.yaml', () => undefined),
      '--yes',
    );
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /loses data.*--lose-data does:\n {2}node-exporter: everything in it goes with it/s,
      ),
    });
    for (const [namespace, kind, name] of [
      ['rook-ceph', 'objectbucketclaim', 'etcd'],
      ['', 'namespace', 'node-exporter'],
    ])
      expect(
        (await sxb.cluster.kubectl(...(namespace ? ['-n', namespace] : []), 'get', kind!, name!)).code,
      ).toBe(0);
    expect(await sxb.deploy(tree, '--yes')).toMatchObject({ code: 0 });
  });

  it('does nothing where the API refuses an object, and says what it says', async () => {
    const next = edited(tree, 'sxb/kubernetes/education/deployment-pgbouncer.yaml', (object) => ({
      ...object,
      spec: { ...object.spec, replicas: -1 },
    }));
    const { code, stdout, stderr } = await sxb.deploy(next, '--yes');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'nothing was done: the API refuses objects of this tree\n',
    });
    expect(stdout).toMatch(
      /The API refuses\n {2}Deployment education\/pgbouncer: .*spec\.replicas: Invalid value: -1: must be greater than or equal to 0/,
    );
  });

  it('stops its wave at an object that does not come up, with what a person needs, and goes back', async () => {
    const next = edited(tree, 'sxb/kubernetes/education/deployment-pgbouncer.yaml', (object) => {
      object.spec.progressDeadlineSeconds = 5;
      object.spec.template.spec.nodeSelector = { 'kubernetes.io/hostname': 'nowhere' };
      return object;
    });
    const { code, stderr } = await sxb.deploy(next, '--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^stopped at app: deploy ready app|^stopped at app: .*Deployment education\/pgbouncer: ProgressDeadlineExceeded/,
    );
    expect(stderr).toMatch(/condition Progressing is False: ProgressDeadlineExceeded/);
    expect(stderr).toMatch(/pod pgbouncer-\w+-\w+: Pending/);
    expect(stderr).toMatch(/event \S+ FailedScheduling: 0\/\d+ nodes are available/);
    expect(stderr).toMatch(/go on: {2}npm run deploy -- sxb/);
    expect(stderr).toMatch(/go back: {2}npm run deploy -- sxb --back/);
    const other = await sxb.deploy(tree, '--yes');
    expect(other).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/unfinished run of another version: app, prune, record differ/),
    });
    expect(await sxb.deploy(tree, '--back', '--yes')).toMatchObject({ code: 0 });
    expect(await sxb.deploy(tree, '--yes')).toMatchObject({ code: 0, stderr: 'nothing to change\n' });
  });

  it('stops after what it does at Ctrl-C, and goes on from there', async () => {
    const next = edited(tree, 'sxb/kubernetes/education/deployment-pgbouncer.yaml', (object) => {
      object.spec.template.spec.nodeSelector = { 'kubernetes.io/hostname': 'nowhere' };
      return object;
    });
    const command = sxb.command('sxb', next, '--yes');
    const journal = join(sxb.state, 'journal/sxb-deploy.jsonl');
    const log = join(folder, 'interrupted.log');
    const child = daemon(command, { log, detached: true, env: { PWD: ROOT } });
    // In the wave that never becomes ready.
    while (!text(journal).includes('"step":"app"')) await new Promise((resolve) => setTimeout(resolve, 50));
    process.kill(child.pid, 'SIGINT');
    while (isAlive(child.pid)) await new Promise((resolve) => setTimeout(resolve, 50));
    await child.stop();
    expect(text(log)).toMatch(
      /stopping after this command; Ctrl-C again ends it\nstopped at app: .*stopped by Ctrl-C\n/s,
    );
    expect(text(journal)).toMatch(/"step":"app","event":"failed"/);
    expect(readdirSync(join(sxb.state, 'locks'))).toEqual([]);
    expect(await sxb.deploy(tree, '--yes', '--anew')).toMatchObject({ code: 0 });
  });

  it('refuses another cluster than the one that it knows', async () => {
    const known = JSON.parse(readFileSync(join(sxb.state, 'clusters'), 'utf8'));
    writeFileSync(
      join(sxb.state, 'clusters'),
      JSON.stringify({ sxb: '00000000-0000-4000-8000-000000000000' }),
    );
    const { code, stderr } = await sxb.deploy(tree, '--yes');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /^error: the context lab leads to another cluster than that of sxb \(kube-system .*\); mend the context.*\n$/,
      ),
    });
    writeFileSync(join(sxb.state, 'clusters'), JSON.stringify({ dc: known.sxb }));
    expect((await sxb.deploy(tree, '--dry-run')).stderr).toMatch(
      /leads to the cluster of dc, not to one of sxb/,
    );
    writeFileSync(join(sxb.state, 'clusters'), JSON.stringify(known));
  });

  it('refuses the tree of another site, also on a machine that knows no cluster yet', async () => {
    const other = written(artefacts(model, 'dc'));
    const command = sxb.command('dc', other, '--yes', '--state', scratch('state-new'));
    const { code, stderr } = await run(command, { cwd: ROOT });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /^error: the context lab leads to the cluster of sxb, not of dc: its ConfigMap kube-system\/fredu-deployed says so; /,
      ),
    });
  });

  it('says in one line that credentials have expired', async () => {
    const expired = parse(readFileSync(sxb.cluster.kubeconfig, 'utf8'));
    expired.users[0].user.token = 'expired';
    const file = join(folder, 'expired.conf');
    writeFileSync(file, stringify(expired));
    const { code, stderr } = await sxb.deploy(tree, '--kubeconfig', file);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /^error: the API at https:\S+ does not know who asks \(401\): .*log in again\n$/,
      ),
    });
  });
});

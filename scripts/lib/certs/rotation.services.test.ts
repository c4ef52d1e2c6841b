import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { haproxy } from '#constructs/hosts/edge/haproxy.ts';
import {
  POOLER_SCRIPT,
  pgbouncerIni,
  pgbouncerUsers,
} from '#constructs/kubernetes/education/pgbouncer-config.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { THREE_SITES, threeSites } from '#scripts/testing/three-sites.ts';
import { type Running, start } from '#server/main.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { signIn } from '#server/testing/parts/connection.ts';
import { databaseUrl, type Postgres, startPostgres } from '#server/testing/parts/postgres.ts';
import { account, asAccount, freePort, isInstalled, must, until } from '#server/testing/parts/programs.ts';
import { VARIABLES } from '#shared/contract.ts';
import { hostsOf, siteOf } from '#sites/questions.ts';
import { hasHaproxy } from '#sites/site-kinds.ts';
import { type Daemon, daemon, run } from '../run.ts';
import { ROOT } from '../sites.ts';
import { certificatesIn, read } from './x509.ts';

/**
 * A rotation as a person starts it, between real programs: the app's server, pgbouncer with the tree's configuration and script,
 * HAProxy with the tree's section for the database, PostgreSQL in the place of a node. Stand-ins: kubectl and ansible-playbook put
 * files where a kubelet and a playbook would, and signal who is signalled there.
 */
const folder = mkdtempSync(join(tmpdir(), 'fredu-rotation-'));
chmodSync(folder, 0o755);
const model = threeSites();
const site = siteOf(model, 'sxb');
const [worker] = hostsOf(site, 'worker');
const edge = hostsOf(site, 'edge')[0]!;
const cluster = (...path: string[]) => join(folder, 'cluster/sxb', ...path);
const node = (file: string) => cluster('cockroachdb/cockroachdb-node', file);
const user = (file: string) => cluster('education/cockroachdb-client-education', file);
const log = join(folder, 'log');
const logged = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []);

const daemons: Daemon[] = [];
let postgres: Postgres;
let health: Server;
let running: Running;
let ports: { database: number; balancer: number; health: number; pooler: number };

/** The stand-ins: Secrets appear as a kubelet lets them, all files of one at a time. */
const KUBECTL = `#!${process.execPath}
const fs = require('node:fs');
const { join } = require('node:path');
const args = process.argv.slice(2);
const context = args.find((each) => each.startsWith('--context=')).slice('--context='.length);
const below = join(${JSON.stringify(join(folder, 'cluster'))}, context);
const log = (line) => fs.appendFileSync(${JSON.stringify(log)}, line + '\\n');
const own = (path) => ${account ? `fs.chownSync(path, ${account.uid}, ${account.gid})` : 'path'};
if (args.includes('get')) process.stdout.write('uid-of-' + context);
else if (args.includes('apply')) {
  for (const { metadata, data } of JSON.parse(fs.readFileSync(0, 'utf8')).items) {
    const place = join(below, metadata.namespace, metadata.name);
    const next = join(place, '..' + process.hrtime.bigint());
    fs.mkdirSync(next, { recursive: true });
    for (const [file, text] of Object.entries(data)) {
      fs.writeFileSync(join(next, file), Buffer.from(text, 'base64'), { mode: 0o600 });
      own(join(next, file));
    }
    fs.symlinkSync(next, join(place, '..next'));
    fs.renameSync(join(place, '..next'), join(place, '..data'));
    for (const file of Object.keys(data))
      if (!fs.existsSync(join(place, file))) fs.symlinkSync(join('..data', file), join(place, file));
  }
  log('applied ' + context);
} else if (args.includes('exec') && args.includes('cat'))
  process.stdout.write(fs.readFileSync(join(below, 'cockroachdb/cockroachdb-node', args.at(-1).split('/').at(-1))));
else if (args.includes('exec') && args.at(-1) === 'kill -HUP 1') {
  log('hup ' + context);
  if (context === 'sxb') process.kill(Number(fs.readFileSync(${JSON.stringify(join(folder, 'data/postmaster.pid'))}, 'utf8').split('\\n')[0]), 'SIGHUP');
} else if (args.includes('rollout')) log('rollout ' + context);
else process.exit(1);
`;
const ANSIBLE = `#!${process.execPath}
const fs = require('node:fs');
const { join } = require('node:path');
const given = process.argv.find((each) => each.startsWith('--extra-vars=secrets=')).slice('--extra-vars=secrets='.length);
const own = given.replace('{{ inventory_hostname }}', ${JSON.stringify(edge.name)});
if (!process.argv.includes('--tags=secrets')) process.exit(2);
fs.appendFileSync(${JSON.stringify(log)}, 'played ' + fs.readdirSync(join(own, '..')).sort().join(' ') + '\\n');
if (fs.existsSync(own)) {
  fs.mkdirSync(${JSON.stringify(join(folder, 'edge'))}, { recursive: true });
  for (const file of fs.readdirSync(join(own, 'etc/haproxy')))
    fs.copyFileSync(join(own, 'etc/haproxy', file), join(${JSON.stringify(join(folder, 'edge'))}, file));
  const pid = ${JSON.stringify(join(folder, 'haproxy.pid'))};
  if (fs.existsSync(pid)) process.kill(Number(fs.readFileSync(pid, 'utf8').split('\\n')[0]), 'SIGUSR2');
}
`;

const ENVIRONMENT = {
  SOPS_AGE_KEY_FILE: join(folder, 'keys.txt'),
  PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
};
const OPTIONS = [
  '--sites',
  THREE_SITES,
  '--secrets',
  join(folder, 'secrets'),
  '--tree',
  join(folder, 'dist'),
  '--state',
  join(folder, 'state'),
];
/** One of our commands, as npm starts it. */
async function ours(door: 'certs' | 'secrets', ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(
    [process.execPath, join(ROOT, `scripts/${door}.ts`), ...words, ...OPTIONS],
    {
      env: ENVIRONMENT,
      cwd: ROOT,
    },
  );
  if (code !== 0) throw new Error(`${door} ${words.join(' ')}: ${stderr}${stdout}`);
  return stdout;
}

/** The section of the tree that balances the database, with this machine's addresses. */
function balancer(): string {
  if (!hasHaproxy(site)) throw new Error('no site with a balancer of ours');
  const whole = haproxy({ model, site, host: edge });
  const section = whole.slice(whole.indexOf('listen database\n'));
  return `global
  ssl-default-server-options ssl-min-ver TLSv1.2
  stats socket ${join(folder, 'haproxy.sock')} mode 600 level admin expose-fd listeners
defaults
  mode tcp
  timeout connect 3s
${section
  .split('\n')
  .filter((line) => !/^ +(bind|acl|source|tcp-request) |^ +server (?!.*worker1)/.test(line))
  .join('\n')
  .replace('listen database\n', `listen database\n  bind 127.0.0.1:${ports.balancer}\n`)
  .replace(' port 8080 ', ` port ${ports.health} `)
  .replace('/etc/haproxy/database-ca.crt', join(folder, 'edge/database-ca.crt'))
  .replace(/10\.10\.0\.21:26257/, `127.0.0.1:${ports.database}`)}`;
}

/** The tree's pooler, with this machine's addresses and folders, and connections that are young at every moment of the test. */
function pooler(knowsPrepared: boolean): string {
  return pgbouncerIni({ site, database: model.database.name, user: 'education' })
    .replace(/host=\S+ port=\d+/, `host=127.0.0.1 port=${ports.balancer}`)
    .replace('listen_addr = *', 'listen_addr = 127.0.0.1')
    .replace(/listen_port = \d+/, `listen_port = ${ports.pooler}`)
    .replace(/server_lifetime = \d+/, 'server_lifetime = 3')
    .replace('/etc/pgbouncer/config/users.txt', join(folder, 'users.txt'))
    .replaceAll('/etc/pgbouncer/server', cluster('education/pgbouncer-server'))
    .replaceAll('/etc/pgbouncer/client', cluster('education/cockroachdb-client-education'))
    .replace(/^max_prepared_statements.*\n/m, knowsPrepared ? '$&' : '');
}

/** The page by which the balancer asks; it shows the node's certificate, and another one when the node is told to read it again. */
async function startHealth(): Promise<void> {
  const files = () => ({ cert: readFileSync(node('node.crt')), key: readFileSync(node('node.key')) });
  health = createServer(files(), (_, answer) => answer.end('{}'));
  await new Promise<void>((resolve) => health.listen(ports.health, '127.0.0.1', resolve));
  let seen = 0;
  setInterval(() => {
    const told = logged().filter((line) => line === 'hup sxb').length;
    if (told > seen) health.setSecureContext(files());
    seen = told;
  }, 50).unref();
}

const ready = isInstalled('pgbouncer', 'haproxy');
beforeAll(async () => {
  if (!ready) return;
  if (account) chownSync(folder, account.uid, account.gid);
  for (const place of ['bin', 'dist/sxb/inventory/hosts/tasks', 'dist/do/inventory/hosts/tasks'])
    mkdirSync(join(folder, place), { recursive: true });
  for (const place of ['sxb', 'do']) {
    writeFileSync(join(folder, `dist/${place}/inventory/hosts/playbook.yaml`), '');
    writeFileSync(join(folder, `dist/${place}/inventory/hosts/tasks/edge.yaml`), '- tags:\n    - secrets\n');
  }
  for (const [name, text] of Object.entries({ kubectl: KUBECTL, 'ansible-playbook': ANSIBLE }))
    writeFileSync(join(folder, 'bin', name), text, { mode: 0o755 });
  ports = { database: 0, balancer: await freePort(), health: await freePort(), pooler: await freePort() };
  await ours('secrets', 'init');
  await ours('certs', 'issue');
  await ours('secrets', 'put', 'sxb', '--certificates');
  postgres = await startPostgres({
    folder,
    certificates: true,
    set: { ssl_ca_file: node('ca.crt'), ssl_cert_file: node('node.crt'), ssl_key_file: node('node.key') },
  });
  ports.database = postgres.port;
  await startHealth();
  writeFileSync(join(folder, 'haproxy.cfg'), balancer());
  daemons.push(
    daemon(['haproxy', '-W', '-db', '-f', join(folder, 'haproxy.cfg'), '-p', join(folder, 'haproxy.pid')], {
      log: join(folder, 'haproxy.log'),
    }),
  );
  const version = /(\d+)\.(\d+)/.exec(await must(['pgbouncer', '--version']))!;
  const knowsPrepared = Number(version[1]) > 1 || Number(version[2]) >= 21;
  writeFileSync(join(folder, 'users.txt'), pgbouncerUsers('education'));
  writeFileSync(join(folder, 'pgbouncer.ini'), pooler(knowsPrepared));
  writeFileSync(join(folder, 'run.sh'), POOLER_SCRIPT);
  const watched = [
    cluster('education/pgbouncer-server'),
    cluster('education/cockroachdb-client-education'),
  ].flatMap((place) => ['ca.crt', 'tls.crt', 'tls.key'].map((file) => join(place, file)));
  daemons.push(
    daemon(asAccount('sh', join(folder, 'run.sh'), join(folder, 'pgbouncer.ini'), ...watched), {
      log: join(folder, 'pgbouncer.log'),
    }),
  );
  await until('the pooler answers', () => answers(ports.pooler));
  running = await start({
    environment: {
      [VARIABLES.databaseUrl]: databaseUrl(
        ports.pooler,
        `?sslmode=verify-full${knowsPrepared ? '' : '&prepare=false'}`,
      ),
      [VARIABLES.databaseCa]: user('ca.crt'),
      [VARIABLES.databaseCert]: user('tls.crt'),
      [VARIABLES.databaseKey]: user('tls.key'),
    },
    dataDir: join(folder, 'app'),
    webDir: join(folder, 'no-pages'),
    port: 0,
    metricsPort: 0,
    logLevel: 'silent',
    demo: true,
  });
});
afterAll(async () => {
  await running?.close();
  for (const each of daemons.reverse()) await each.stop();
  health?.closeAllConnections();
  health?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What a client shows, as its files are at this moment. */
const shown = () => ({
  ca: readFileSync(user('ca.crt')),
  cert: readFileSync(user('tls.crt')),
  key: readFileSync(user('tls.key')),
});
/** A connection of its own, at the pooler or at the balancer. */
const fresh = (port: number, files = shown()) => signIn(port, files);
const answers = (port: number): Promise<boolean> =>
  fresh(port).then(
    () => true,
    () => false,
  );
const serialIn = (path: string): string =>
  BigInt(`0x${read(certificatesIn(readFileSync(path, 'utf8'))[0]!).serial}`).toString(16);

/** Asks again and again until it is told to stop, and keeps what was refused. */
function load(name: string, ask: () => Promise<void>) {
  const result = { name, asked: 0, refused: [] as string[] };
  let isOver = false;
  const done = (async () => {
    while (!isOver) {
      try {
        await ask();
      } catch (error) {
        result.refused.push(`${(error as Error).message} (after: ${logged().filter(Boolean).at(-1)})`);
      }
      result.asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return {
    async stop() {
      isOver = true;
      await done;
      return result;
    },
  };
}
/** Requests that were answered "in a moment" first. */
let askedAgain = 0;
/** Asks as the pages of the app do: again, where the answer is that it works in a moment. */
async function page(path: string, headers: Record<string, string> = {}): Promise<void> {
  for (let times = 0; ; times += 1) {
    const answer = await fetch(`${running.url}${path}`, { headers });
    const text = await answer.text();
    if (answer.ok) return;
    if (answer.status !== 503 || times === 2)
      throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
    askedAgain += 1;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
async function signedIn(): Promise<Record<string, string>> {
  const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
  const body = JSON.stringify({ email: DEMO_PEOPLE[0]!.email, password: DEMO_PASSWORD });
  const answer = await fetch(`${running.url}/api/v1/sessions`, { method: 'POST', headers, body });
  expect(answer.status).toBe(201);
  return { ...headers, cookie: answer.headers.getSetCookie()[0]!.split(';')[0]! };
}

/** The rotation, started as a person does. */
function rotate(): { child: ChildProcess; ended: Promise<{ code: number | null; output: string }> } {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'scripts/certs.ts'), 'rotate', '--yes', '--settle', '15', ...OPTIONS],
    { cwd: ROOT, env: { ...process.env, ...ENVIRONMENT } },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      output += text;
    });
  return { child, ended: new Promise((resolve) => child.once('exit', (code) => resolve({ code, output }))) };
}

itJudged(
  'haproxy',
  'rotates the authority under load, cut in its middle, without one request that a page would not get',
  async () => {
    if (!ready) throw new Error('pgbouncer is not installed (its package stands in .ci/packages)');
    const before = {
      files: shown(),
      user: serialIn(user('tls.crt')),
      node: serialIn(node('node.crt')),
      ca: readFileSync(node('ca.crt'), 'utf8'),
    };
    expect(await fresh(ports.balancer)).toEqual({ serial: before.user, server: before.node });
    const headers = await signedIn();
    let written = 0;
    const loads = [
      load('courses', () => page('/api/v1/courses')),
      load('courses again', () => page('/api/v1/courses')),
      load('me', () => page('/api/v1/me', headers)),
      load('writes', async () => {
        written += 1;
        const body = JSON.stringify({ title: `Cours ${written}`, summary: '', subject: 's', level: 'l' });
        const answer = await fetch(`${running.url}/api/v1/courses`, { method: 'POST', headers, body });
        if (answer.status !== 201 && answer.status !== 429)
          throw new Error(`writes: ${answer.status} ${await answer.text()}`);
        await answer.body?.cancel();
        await new Promise((resolve) => setTimeout(resolve, 300));
      }),
      load('a connection each, at the pooler', async () => void (await fresh(ports.pooler))),
      load('a connection each, at the balancer', async () => void (await fresh(ports.balancer))),
    ];
    const applied = () => logged().filter((line) => line === 'applied sxb').length;
    const start = applied();
    const first = rotate();
    // Both authorities are trusted, and certificates of the new one just arrived: the worst moment.
    await until('the new certificates arrive', () => applied() >= start + 2);
    first.child.kill('SIGKILL');
    await first.ended;
    const { code, output } = await rotate().ended;
    const results = await Promise.all(loads.map((each) => each.stop()));
    expect(output).toContain('done before');
    expect({ code, end: code === 0 ? '' : output.slice(-800) }).toEqual({ code: 0, end: '' });
    expect(results.flatMap(({ name, refused }) => refused.map((why) => `${name}: ${why}`))).toEqual([]);
    for (const { name, asked } of results) expect(asked, name).toBeGreaterThan(20);
    process.stdout.write(
      `${results.map(({ name, asked }) => `${name}: ${asked} asked, 0 refused`).join('\n')}\n${askedAgain} asked again\n`,
    );

    const now = {
      user: serialIn(user('tls.crt')),
      node: serialIn(node('node.crt')),
      ca: readFileSync(node('ca.crt'), 'utf8'),
    };
    expect(now.user).not.toBe(before.user);
    expect(certificatesIn(now.ca)).toHaveLength(1);
    expect(now.ca).not.toBe(before.ca);
    expect(readFileSync(join(folder, 'edge/database-ca.crt'), 'utf8')).toBe(now.ca);
    expect(await fresh(ports.balancer)).toEqual({ serial: now.user, server: now.node });
    await until(
      'the pooler signs in by the new certificate',
      async () => (await fresh(ports.pooler)).serial === now.user,
    );
    // Who still has a certificate of the old authority is nobody.
    // In which words they are refused depends on the end that is first, here and below.
    await expect(
      fresh(ports.balancer, { ...shown(), cert: before.files.cert, key: before.files.key }),
    ).rejects.toThrow();
    await expect(fresh(ports.balancer, before.files)).rejects.toThrow();
    expect(await fresh(ports.balancer)).toMatchObject({ serial: now.user });
    expect(await ours('certs', 'plan')).toMatch(/20 good/);
    // Only the playbook's folder had keys in clear, and it is gone.
    expect(
      logged()
        .filter((line) => line.startsWith('played'))
        .every((line) => /do-node1|sxb-edge1/.test(line)),
    ).toBe(true);
  },
);

itJudged('haproxy', 'leaves the balancer asking the node’s health by the new authority', async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(join(folder, 'haproxy.sock'), () => socket.end('show servers state database\n'));
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('error', reject).on('end', () => resolve(text));
  });
  // 2: the node runs and was found well. @see https://docs.haproxy.org/2.6/management.html#9.3-show%20servers%20state
  expect(answer).toMatch(new RegExp(` ${worker!.name} 127\\.0\\.0\\.1 2 `));
});

itJudged('haproxy', 'would have been refused without the time in which both are trusted', async () => {
  for (const move of ['next', 'promote', 'forget']) await ours('certs', 'authority', move);
  await ours('certs', 'issue');
  await ours('secrets', 'put', 'sxb', '--certificates');
  // The client and the balancer trust the new authority alone and the node shows the old one's certificate: who refuses first is open.
  await expect(fresh(ports.balancer)).rejects.toThrow();
  // Nothing else is the cause: it goes as soon as the node shows its new one.
  await must([join(folder, 'bin/kubectl'), '--context=sxb', 'exec', 'kill -HUP 1']);
  await until('the balancer finds the node well', () => answers(ports.balancer));
  expect(await fresh(ports.balancer)).toEqual({
    serial: serialIn(user('tls.crt')),
    server: serialIn(node('node.crt')),
  });
});

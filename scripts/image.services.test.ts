import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { nginxConfiguration, storesOf } from '#constructs/kubernetes/education/nginx.ts';
import { cloudOf } from '#scripts/testing/sites-of.ts';
import { collector } from '#server/testing/collector.ts';
import { type TestDatabase, testDatabase } from '#server/testing/database.ts';
import { BUILDERS, type Built, buildImage, type ImageName } from './image.ts';
import { find } from './lib/programs.ts';
import { type Command, daemon, run } from './lib/run.ts';
import { example } from './testing/example-sites.ts';
import { itJudged } from './testing/judge.ts';

const platform = example();
const work = mkdtempSync(join(tmpdir(), 'fredu-images-'));
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await database.close();
  rmSync(work, { recursive: true, force: true });
});

/**
 * The files of an image, read-only and as its own user, with a scratch folder and the pages' configuration: what a
 * cluster gives it, by the kernel alone.
 */
const CONTAINED = `set -e
image=$1 user=$2 socket=$3; shift 3
mount --bind "$image" "$image"
mount -t tmpfs tmpfs "$image/tmp"
[ -z "$socket" ] || { touch "$image/tmp/.s.PGSQL.5432"; mount --bind "$socket" "$image/tmp/.s.PGSQL.5432"; }
[ ! -e "$image.extra" ] || { mkdir -p "$image/etc/nginx/fredu"; cp "$image.extra" "$image/etc/nginx/fredu/nginx.conf"; }
mkdir -p "$image/dev" 2>/dev/null && mount -t tmpfs tmpfs "$image/dev" && touch "$image/dev/null" "$image/dev/urandom" "$image/dev/stderr" "$image/dev/stdout" && mount --bind /dev/null "$image/dev/null" && mount --bind /dev/urandom "$image/dev/urandom"
mount -o remount,bind,ro "$image"
exec chroot --userspec="$user" "$image" "$@"`;

/** What the files of an image may have, in millions of bytes: nginx and the pages are a tenth of the runtime and the server, which draws them too. */
const MEGABYTES_MAX = { api: 136, web: 20 };
/** Makes a picture, and a smaller one of it, as the server does. */
const RESIZE = `const sharp = require('/app/node_modules/sharp');
sharp({ create: { width: 1200, height: 800, channels: 3, background: 'teal' } }).jpeg().toBuffer()
  .then((bytes) => sharp(bytes, { limitInputPixels: 1e7 }).rotate().resize({ width: 320 }).webp().toBuffer())
  .then((bytes) => sharp(bytes).metadata())
  .then(({ format, width, height }) => console.log(format + ' ' + width + 'x' + height));`;

/** How an image says that it is started. */
interface Config {
  User: string;
  Entrypoint?: string[];
  Cmd?: string[];
  WorkingDir?: string;
  Env?: string[];
}
async function configOf({ reference }: Built): Promise<Config> {
  const { stdout } = await run(['buildah', 'inspect', '--type', 'image', reference]);
  return (JSON.parse(stdout) as { OCIv1: { config: Config } }).OCIv1.config;
}

/** A command in the files of an image, as its user. */
const contained = (folder: string, { User }: Config, command: string[], socket = ''): Command => [
  'unshare',
  '--mount',
  'bash',
  '-c',
  CONTAINED,
  '-',
  folder,
  User,
  socket,
  ...command,
];
/** What the image starts by itself. */
const entry = ({ Entrypoint = [], Cmd = [] }: Config) => [...Entrypoint, ...Cmd];

async function mounted<Result>(
  { reference }: Built,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const container = (await run(['buildah', 'from', '--pull-never', reference])).stdout.trim();
  try {
    return await work((await run(['buildah', 'mount', container])).stdout.trim());
  } finally {
    await run(['buildah', 'rm', container]);
  }
}
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
async function answer(url: string, log: string): Promise<Response> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = await fetch(url).catch(() => undefined);
    if (found) return found;
    await sleep(100);
  }
  throw new Error(`nothing answers at ${url}: ${(await run(['tail', '-20', log])).stdout}`);
}

/** Whether a builder is there and works: docker needs its daemon. */
const works = async (tool: string) =>
  find(tool) !== undefined && (tool !== 'docker' || (await run(['docker', 'info'])).code === 0);
const builders: string[] = [];
for (const tool of Object.keys(BUILDERS)) if (await works(tool)) builders.push(tool);

describe('the images of the app', () => {
  for (const tool of new Set(['buildah', ...builders]))
    itJudged(tool, `are small, and by ${tool} the same twice`, async () => {
      for (const [name, megabytes] of Object.entries(MEGABYTES_MAX)) {
        const [first, second] = [
          await buildImage(name as ImageName, platform, tool),
          await buildImage(name as ImageName, platform, tool),
        ];
        expect(second.id).toBe(first.id);
        expect(first.megabytes).toBeLessThan(megabytes);
      }
    });

  itJudged('buildah', 'start the API by themselves, read-only and as nobody', async () => {
    const image = await buildImage('api', platform, 'buildah');
    const config = await configOf(image);
    expect(config).toMatchObject({
      User: '10001:10001',
      WorkingDir: '/app',
      Env: expect.arrayContaining(['NODE_ENV=production']),
    });
    const traces = await collector();
    await mounted(image, async (folder) => {
      const port = await freePort();
      const log = join(work, 'api.log');
      const url = new URL(database.url);
      const socket = `${url.searchParams.get('host')}/.s.PGSQL.5432`;
      url.searchParams.set('host', '/tmp');
      const env = {
        ...Object.fromEntries(config.Env!.map((each) => each.split('='))),
        DATABASE_URL: url.href,
        PORT: String(port),
        HOST: '127.0.0.1',
        OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
      };
      const api = daemon(contained(folder, config, entry(config), socket), { log, env });
      try {
        expect((await answer(`http://127.0.0.1:${port}/readyz`, log)).status).toBe(200);
        const courses = (await (await fetch(`http://127.0.0.1:${port}/api/v1/courses`)).json()) as {
          items: object[];
        };
        expect(courses.items.length).toBeGreaterThan(3);
        const { stdout: uids } = await run(['ps', '-o', 'uid=', '-p', String(api.pid)]);
        expect(uids.trim()).toBe('10001');
        const { code, stdout, stderr } = await run(
          contained(folder, config, [config.Entrypoint![0]!, '--eval', RESIZE]),
          { timeoutSeconds: 60 },
        );
        expect(code, stderr).toBe(0);
        expect(stdout).toBe('webp 320x213\n');
      } finally {
        await api.stop();
      }
      // Sent when it ended at the latest: the bundle holds what traces need, and the signal reaches it.
      expect(traces.named('GET /api/v1/courses')).toHaveLength(1);
      await traces.close();
    });
  });

  itJudged('buildah', 'hold the pages, which nginx serves by the generated configuration', async () => {
    const image = await buildImage('web', platform, 'buildah');
    const config = await configOf(image);
    expect(config.User).toBe('10002:10002');
    const model = example();
    const port = await freePort();
    await mounted(image, async (folder) => {
      const log = join(work, 'web.log');
      const configuration = nginxConfiguration({
        domain: model.domain,
        contact: model.contact,
        families: cloudOf(model, 'par').kubernetes.families,
        stores: storesOf(model.sites),
      })
        .replaceAll(/listen \d+;/g, `listen 127.0.0.1:${port};`)
        .replace('access_log /dev/stdout json if=$failed;', 'access_log off;');
      const { code } = await run(['tee', `${folder}.extra`], { input: configuration });
      expect(code).toBe(0);
      const web = daemon(contained(folder, config, entry(config)), { log });
      try {
        const page = await answer(`http://127.0.0.1:${port}/cours/any`, log);
        expect(page.status).toBe(200);
        expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
        expect(await page.text()).toContain('<div id="root"');
      } finally {
        await web.stop();
        await run(['rm', '-f', `${folder}.extra`]);
      }
    });
  });
});

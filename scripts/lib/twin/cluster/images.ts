import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { appImage, image } from '#constructs/images.ts';
import { type GoTool, goTool, TRAEFIK } from '#scripts/lib/lab/go-tool.ts';
import {
  ALERTMANAGER,
  BLACKBOX_EXPORTER,
  KUBE_STATE_METRICS,
  METRICS_SERVER,
  NODE_EXPORTER,
  PROMETHEUS,
  PROMTOOL,
  prometheusPages,
} from '#scripts/lib/lab/monitoring-programs.ts';
import { CannotLook } from '#scripts/lib/main.ts';
import { find } from '#scripts/lib/programs.ts';
import { type Command, run } from '#scripts/lib/run.ts';
import { ROOT } from '#scripts/lib/sites.ts';
import type { Model } from '#sites/model.ts';
import { cacheFolder } from '../state.ts';

/** An image by the name that the tree pulls it by, as an archive that containerd imports. */
export interface Archive {
  reference: string;
  file: string;
}

/** Debian's next release has poolers and caches as new as our configuration; what runs here needs no more of it. */
const SUITE = 'trixie';
const PARTS = ['coreutils', 'dash', 'libc6', 'pgbouncer', 'memcached', 'socat'];
/** Kept for people, not for programs. */
const FOR_PEOPLE = ['usr/share', 'usr/lib/python3', 'var/lib/dpkg', 'var/cache'];
/** An exporter that cannot be had: it answers that it is well, and has no figures. */
const PLAYED_EXPORTER = `#!/bin/sh
for each; do case $each in --web.listen-address=:*) port=\${each##*:} ;; esac; done
exec socat "TCP6-LISTEN:$port,fork,reuseaddr" SYSTEM:'echo HTTP/1.0 200 OK; echo "Content-Type: text/plain; version=0.0.4"; echo; echo "# played"'
`;
export const PAUSE = 'registry.twin/pause:1';
/** By the name that Kubespray gives it, in the release that can be had. */
export const METRICS_SERVER_IMAGE = `registry.k8s.io/metrics-server/metrics-server:v${METRICS_SERVER.version}`;
/** Whom programs of an image trust: empty there, and the twin's authority on each of its nodes. */
export const TRUST = 'etc/ssl/certs/ca-certificates.crt';
const WATCHERS: [reference: string, tools: [GoTool, ...GoTool[]]][] = [
  [image('prometheus'), [PROMETHEUS, PROMTOOL]],
  [image('alertmanager'), [ALERTMANAGER]],
  [image('blackbox-exporter'), [BLACKBOX_EXPORTER]],
  [image('node-exporter'), [NODE_EXPORTER]],
  [image('kube-state-metrics'), [KUBE_STATE_METRICS]],
  [METRICS_SERVER_IMAGE, [METRICS_SERVER]],
];

/** What the twin has of each image: made on first use, and kept in the cache until what it is made of changes. */
export async function archives(model: Model, sites: string): Promise<Archive[]> {
  const folder = join(cacheFolder(), 'twin-images');
  mkdirSync(folder, { recursive: true });
  const debian = [
    { reference: image('pgbouncer'), command: [] },
    { reference: image('memcached'), command: [] },
    { reference: image('pgbouncer-exporter'), command: ['/played-exporter'] },
    { reference: image('memcached-exporter'), command: ['/played-exporter'] },
  ];
  const root = join(folder, `debian-${digest(SUITE, ...PARTS, PLAYED_EXPORTER)}`);
  const store = new Store(folder);
  const made: Archive[] = [];
  for (const { reference, command } of debian)
    made.push(await store.archive(reference, root.slice(folder.length + 1), () => debianRoot(root), command));
  made.push(
    await store.archive(
      image('traefik'),
      'linked',
      async () => {
        return await programRoot(join(folder, 'traefik'), await goTool(TRAEFIK));
      },
      ['/traefik'],
    ),
    await store.archive(
      PAUSE,
      'catatonit',
      async () => {
        return await programRoot(join(folder, 'pause'), find('catatonit')!);
      },
      ['/catatonit', '-P'],
    ),
    ...(await watcherArchives(store, folder)),
    ...(await appArchives(store, model, sites)),
  );
  return made;
}

/** Each with its programs in `/bin`, as the published images have them. */
async function watcherArchives(store: Store, folder: string): Promise<Archive[]> {
  const made: Archive[] = [];
  for (const [reference, tools] of WATCHERS) {
    const [{ name, version }] = tools;
    const trusts = name === BLACKBOX_EXPORTER.name;
    const root = async () => {
      const own = join(folder, name);
      for (const tool of tools) await programRoot(own, await goTool(tool), 'bin');
      if (name === PROMETHEUS.name) cpSync(await prometheusPages(), join(own, 'static'), { recursive: true });
      if (trusts) {
        mkdirSync(dirname(join(own, TRUST)), { recursive: true });
        writeFileSync(join(own, TRUST), '');
      }
      return own;
    };
    made.push(
      await store.archive(reference, `module-${version}${trusts ? '-trusting' : ''}`, root, [`/bin/${name}`]),
    );
  }
  return made;
}

async function appArchives(store: Store, model: Model, sites: string): Promise<Archive[]> {
  const references = (['education-api', 'education-web'] as const).map((key) => appImage(key, model));
  const sources = digest(process.version, ...sourcesOf());
  const files = references.map((reference) => store.file(reference, sources));
  if (!files.every((file) => existsSync(file))) {
    const bills = mkdtempSync(join(tmpdir(), 'fredu-bills-'));
    await must(
      [process.execPath, join(ROOT, 'scripts/image.ts'), '--sites', sites, '--sbom', bills],
      store.env,
    );
    rmSync(bills, { recursive: true, force: true });
    for (const [index, reference] of references.entries()) await store.push(reference, files[index]!);
  }
  return references.map((reference, index) => ({ reference, file: files[index]! }));
}
/** The texts that the app's images are made of. */
function sourcesOf(): string[] {
  const folders = ['app/server', 'app/shared', 'app/web', 'app/image'].map((each) => join(ROOT, each));
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() && !/node_modules|\/dist(\/|$)|\.test\./.test(join(entry.parentPath, entry.name)),
      )
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return [...files.sort(), join(ROOT, 'package-lock.json'), join(ROOT, 'scripts/lib/image-root.ts')].map(
    (file) => readFileSync(file, 'latin1'),
  );
}
const digest = (...texts: string[]): string => {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 12);
};

/** A store of images apart from the machine's own. */
class Store {
  readonly folder: string;
  readonly env: Record<string, string>;
  constructor(folder: string) {
    this.folder = folder;
    const conf = join(folder, 'storage.conf');
    writeFileSync(
      conf,
      `[storage]\ndriver = "vfs"\ngraphroot = "${folder}/store"\nrunroot = "${folder}/store-run"\n`,
    );
    this.env = { CONTAINERS_STORAGE_CONF: conf };
  }
  file(reference: string, key: string): string {
    return join(this.folder, `${reference.replaceAll(/[^\w.-]/g, '-')}-${key}.tar`);
  }
  async archive(
    reference: string,
    key: string,
    root: () => Promise<string>,
    command: string[],
  ): Promise<Archive> {
    const file = this.file(reference, key);
    if (existsSync(file)) return { reference, file };
    const container = (await must(['buildah', 'from', 'scratch'], this.env)).trim();
    await must(['buildah', 'copy', '--quiet', container, await root(), '/'], this.env);
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const entry = command.length > 0 ? ['--entrypoint', JSON.stringify(command)] : [];
    await must(['buildah', 'config', '--env', path, ...entry, container], this.env);
    await must(['buildah', 'commit', '--quiet', '--rm', container, reference], this.env);
    await this.push(reference, file);
    return { reference, file };
  }
  async push(reference: string, file: string): Promise<void> {
    rmSync(file, { force: true });
    await must(['buildah', 'push', '--quiet', reference, `docker-archive:${file}:${reference}`], this.env);
  }
}

/** A program of this machine with what it links to, at the paths by which the loader finds that. */
async function programRoot(root: string, program: string, folder = '.'): Promise<string> {
  mkdirSync(join(root, folder), { recursive: true });
  cpSync(realpathSync(program), join(root, folder, basename(program)));
  const { stdout } = await run(['ldd', program]);
  for (const [, path = ''] of stdout.matchAll(/(?:=> )?(\/(?:usr\/)?lib\S+) \(0x/g)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    cpSync(realpathSync(path), join(root, path));
  }
  return root;
}

/** The files of some packages, and nothing that runs at their installation. */
async function debianRoot(root: string): Promise<string> {
  if (existsSync(join(root, 'played-exporter'))) return root;
  rmSync(root, { recursive: true, force: true });
  await must(['mmdebstrap', '--quiet', '--variant=extract', `--include=${PARTS.join()}`, SUITE, root]);
  for (const each of FOR_PEOPLE) rmSync(join(root, each), { recursive: true, force: true });
  for (const each of ['bin', 'sbin', 'lib', 'lib64'])
    if (!existsSync(join(root, each))) symlinkSync(`usr/${each}`, join(root, each));
  if (!existsSync(join(root, 'usr/bin/sh'))) symlinkSync('dash', join(root, 'usr/bin/sh'));
  mkdirSync(join(root, 'tmp'), { recursive: true });
  writeFileSync(join(root, 'played-exporter'), PLAYED_EXPORTER, { mode: 0o755 });
  return root;
}

/**
 * A root of containerd in which all of these are unpacked, kept in the cache: nodes take it by links, so that each image is on
 * the disk once.
 */
export async function unpacked(all: Archive[]): Promise<string> {
  const folder = join(cacheFolder(), 'twin-images');
  const root = join(folder, `containerd-${digest(...all.map(({ file }) => file))}`);
  if (existsSync(join(root, 'complete'))) return root;
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  const script = `set -e
mount -t tmpfs tmpfs /run
containerd --root "$0" --state /run/containerd --address /run/c.sock --log-level warn >/run/log 2>&1 & daemon=$!
until ctr -a /run/c.sock version >/dev/null 2>&1; do sleep 0.1; kill -0 $daemon || { cat /run/log; exit 1; }; done
for each; do ctr -a /run/c.sock -n k8s.io images import "$each" >/dev/null; done
kill $daemon; wait $daemon || true
touch "$0/complete"`;
  await must([
    ...('unshare --mount --pid --fork --kill-child --mount-proc bash -c'.split(' ') as unknown as Command),
    script,
    root,
    ...all.map(({ file }) => file),
  ]);
  return root;
}

async function must(command: Command, env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, { env, timeoutSeconds: 900 });
  if (code !== 0)
    throw new CannotLook(
      `${command.slice(0, 4).join(' ')} ended with ${code}: ${(stderr || stdout).trim().slice(-500)}`,
    );
  return stdout;
}

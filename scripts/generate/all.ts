import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CannotLook, main, options } from '../lib/main.ts';
import { run } from '../lib/run.ts';
import { ROOT } from '../lib/sites.ts';
import { listFiles } from '../lib/tree.ts';

/** A maker of files that are kept in git. */
export interface Maker {
  /** The program, as a path in the project, and its arguments. */
  command: [program: string, ...args: string[]];
  /** Files and folders that it writes. */
  writes: string[];
}

/** Every maker that works from what is in git, each after those whose files it reads. */
export const MAKERS: Maker[] = [
  { command: ['scripts/generate/schemas.ts'], writes: ['sites/schemas'] },
  { command: ['scripts/generate/fixtures.ts'], writes: ['sites/fixtures/refused'] },
  { command: ['scripts/generate/typings-rook.ts'], writes: ['constructs/kubernetes/ceph/rook.gen.ts'] },
  { command: ['scripts/generate/provider.ts'], writes: ['constructs/openstack/provider/openstack.gen.ts'] },
  { command: ['app/generate/client.ts'], writes: ['app/web/api/openapi.gen.ts'] },
  { command: ['scripts/generate/laws.ts'], writes: ['docs/laws.md'] },
  { command: ['scripts/generate/golden.ts'], writes: ['charts/golden'] },
];
/** Makers that ask others: PyPI, and the registries of images and charts. A digest that is locked stays. */
export const ASKING: Maker[] = [
  {
    command: ['scripts/generate/schemas-kubernetes.ts'],
    writes: ['policies/reading/schemas/kubernetes.json'],
  },
  {
    command: ['scripts/generate/images.ts', '--resolve'],
    writes: ['constructs/images.lock.json', 'constructs/charts.lock.json'],
  },
];

/** The paths that a maker changed, made or removed. @throws CannotLook with its words when it fails */
async function make({ command, writes }: Maker): Promise<string[]> {
  const before = digests(writes);
  const { code, stderr } = await run([process.execPath, ...command], { cwd: ROOT });
  if (code !== 0) throw new CannotLook(`${command.join(' ')} failed: ${stderr.trim()}`);
  const after = digests(writes);
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
}

function digests(places: string[]): Map<string, string> {
  const files = places.flatMap((place) => {
    if (!existsSync(join(ROOT, place))) return [];
    if (statSync(join(ROOT, place)).isFile()) return [place];
    // Beside a tree stands what its maker remembers, which git does not keep.
    return [...listFiles(join(ROOT, place))]
      .filter((path) => !path.startsWith('.fredu'))
      .map((path) => `${place}/${path}`);
  });
  const digest = (path: string) =>
    createHash('sha256')
      .update(readFileSync(join(ROOT, path)))
      .digest('hex');
  return new Map(files.map((path) => [path, digest(path)]));
}

const USAGE = `npm run generate [-- --network]
  Renews every generated file that is kept in git, and says which of them changed. With --network also those for which others are asked:
  the schemas of Kubernetes (PyPI) and the digests of images and charts. Three are made from what a person fetches: npm run
  schemas:custom -- --help, and after a new release of the OpenStack provider npm run provider -- SCHEMA.json and npm run
  replacements -- --source FOLDER.`;

if (import.meta.main) {
  await main(async () => {
    const { values } = options(USAGE, { network: { type: 'boolean' } });
    for (const maker of values.network ? [...ASKING, ...MAKERS] : MAKERS) {
      const changed = await make(maker);
      const said = changed.length === 0 ? 'unchanged' : `changed ${changed.join(', ')}`;
      process.stdout.write(`${maker.command.join(' ')}: ${said}\n`);
    }
    return 0;
  });
}

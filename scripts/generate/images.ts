import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Image, ofPlatform } from '#constructs/images.ts';
import type { LockedChart } from '#constructs/plans/chart-plan.ts';
import { CannotLook, cannot, main, options } from '../lib/main.ts';
import { digestOf, request } from '../lib/registry.ts';
import { loadModel, ROOT, SITES } from '../lib/sites.ts';

type Lock<Entry> = Record<string, Entry>;

/** What resolving found for one entry. */
interface Found {
  key: string;
  digest?: string;
  /** Why it could not be resolved, or what is odd about it. */
  problem?: string;
  /** The tag stands for something else than what is locked. */
  moved?: boolean;
}

/** Asks for every digest at once. A digest that is locked is compared and stays: a tag that moved is for a person to judge. */
export async function resolve<Entry>(
  lock: Lock<Entry>,
  known: (entry: Entry) => string | null,
  ask: (key: string, entry: Entry) => Promise<string>,
): Promise<Found[]> {
  return Promise.all(
    Object.entries(lock).map(async ([key, entry]): Promise<Found> => {
      try {
        const digest = await ask(key, entry);
        const before = known(entry);
        if (before === null || before === digest) return { key, digest };
        return {
          key,
          moved: true,
          problem: `the lock has ${before}, and now it is ${digest}; if that is meant, set it to null and resolve again`,
        };
      } catch (error) {
        if (!(error instanceof CannotLook)) throw error;
        return { key, problem: error.message };
      }
    }),
  );
}

/** The digest of a chart as the index of its repository has it. */
export async function chartDigest(key: string, { repository, version }: LockedChart): Promise<string> {
  const answer = await request(`${repository}/index.yaml`, {});
  if (!answer.ok) throw new CannotLook(`${repository}/index.yaml: ${answer.status}`);
  const index = parse(await answer.text()) as {
    entries?: Record<string, { version: string; digest?: string }[]>;
  };
  const digest = index.entries?.[key]?.find((each) => each.version === version)?.digest;
  if (!digest) throw new CannotLook(`${repository} has no ${key} ${version}; correct it in the lock`);
  return digest.replace(/^sha256:/, '');
}

/** One entry a line, in their order. */
export const lockText = (lock: Lock<object>): string =>
  `{\n${Object.entries(lock)
    .map(([key, entry]) => {
      const fields = Object.entries(entry).map(
        ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
      );
      return `  ${JSON.stringify(key)}: { ${fields.join(', ')} }`;
    })
    .join(',\n')}\n}\n`;

/** As columns, with what is not pinned in the last line. */
export function table(images: Lock<Image>, charts: Lock<LockedChart>): string {
  const rows = [
    ...Object.entries(images).map(([key, { name, tag, digest }]) => [key, name, tag, digest]),
    ...Object.entries(charts).map(([key, { repository, version, sha256 }]) => [
      `${key} (chart)`,
      repository,
      version,
      sha256 && `sha256:${sha256}`,
    ]),
  ] as [string, string, string, string | null][];
  const shown = rows.map(([key, name, tag, digest]) => [
    key,
    name,
    tag,
    digest?.slice(0, 19) ?? 'not pinned',
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...shown.map((row) => row[column]!.length)));
  const lines = shown.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const open = rows.filter(([, , , digest]) => !digest).length;
  const last =
    open === 0
      ? `All ${rows.length} are pinned by their digest.`
      : `${open} of ${rows.length} are not pinned by their digest: npm run images -- --resolve`;
  return `${lines.join('\n')}\n\n${last}\n`;
}

const USAGE = `npm run images [-- --resolve] [--sites FOLDER] [--json]
Lists the images and charts of the locks, those of the app with the registry of the platform. With --resolve, asks their
registries for the digests that are missing, writes them into the locks, and says which tags moved.`;
const IMAGES = join(ROOT, 'constructs/images.lock.json');
const CHARTS = join(ROOT, 'constructs/charts.lock.json');

if (import.meta.main) {
  await main(async () => {
    const { values } = options(USAGE, { ...SITES, resolve: { type: 'boolean' }, json: { type: 'boolean' } });
    const model = loadModel(values.sites);
    if (!model) return 1;
    const lock = read<Image>(IMAGES);
    const images = Object.fromEntries(
      Object.entries(lock).map(([key, each]) => [key, located(each) ? each : ofPlatform(each, model)]),
    );
    const charts = read<LockedChart>(CHARTS);
    const found = values.resolve ? await update(lock, images, charts) : [];
    process.stdout.write(
      values.json ? `${JSON.stringify({ images, charts, found }, null, 2)}\n` : table(images, charts),
    );
    for (const { key, problem } of found) if (problem) process.stderr.write(`${key}: ${problem}\n`);
    if (found.some(({ moved }) => moved)) return 1;
    return found.some(({ problem }) => problem) ? 2 : 0;
  });
}

/** A name with a registry: those of the app get the platform's. */
const located = ({ name }: Image): boolean => name.includes('/');

async function update(lock: Lock<Image>, images: Lock<Image>, charts: Lock<LockedChart>): Promise<Found[]> {
  const [ofImages, ofCharts] = await Promise.all([
    resolve(
      images,
      ({ digest }) => digest,
      (_, { name, tag }) => digestOf(name, tag),
    ),
    resolve(charts, ({ sha256 }) => sha256, chartDigest),
  ]);
  for (const { key, digest } of ofImages)
    if (digest && images[key]!.tag === lock[key]!.tag) lock[key]!.digest = digest;
  for (const { key, digest } of ofCharts) if (digest) charts[key]!.sha256 = digest;
  write(IMAGES, lock);
  write(CHARTS, charts);
  return [...ofImages, ...ofCharts];
}

function read<Entry>(path: string): Lock<Entry> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Lock<Entry>;
  } catch (error) {
    throw cannot('read', path, error);
  }
}
function write(path: string, lock: Lock<object>): void {
  const text = lockText(lock);
  try {
    if (readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  } catch (error) {
    throw cannot('write', path, error);
  }
}

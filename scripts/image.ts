import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appImage } from '#constructs/images.ts';
import type { Model } from '#sites/model.ts';
import { type Bill, bill, SBOM, writeBill } from './lib/bill.ts';
import { apiRoot, webRoot } from './lib/image-root.ts';
import { CannotLook, main, options } from './lib/main.ts';
import { find } from './lib/programs.ts';
import { run } from './lib/run.ts';
import { loadModel, ROOT, SITES } from './lib/sites.ts';

const USAGE = `npm run image [-- api|web…] [--sites FOLDER] [--sbom FOLDER]
  Builds the container images of the education app with buildah, podman or docker, whichever is there, under the names by
  which the platform pulls them, and writes what each is made of into a folder (default sbom/), as CycloneDX.`;

export const IMAGES = { api: apiRoot, web: webRoot } as const;
export type ImageName = keyof typeof IMAGES;
export interface Built {
  reference: string;
  /** What it is made of. */
  bill: Bill;
  /** Of the image as the builder keeps it: of one builder the same for the same sources. */
  id: string;
  /** Of its files as they are, in millions of bytes; sent to a registry they are packed to less than half. */
  megabytes: number;
}

/**
 * What tells each tool that moments are those of nobody, so that the same files make the same image; of several the first
 * is taken. Docker's BuildKit reads `SOURCE_DATE_EPOCH`; its builder before that keeps the layers it made first.
 */
export const BUILDERS: Record<string, string[]> = {
  buildah: ['--timestamp', '0'],
  podman: ['--timestamp', '0'],
  docker: [],
};

/** Builds one image. @throws CannotLook when nothing is there to build with, or it does not build */
export async function buildImage(
  name: ImageName,
  platform: Pick<Model, 'registry' | 'app'>,
  tool = Object.keys(BUILDERS).find((each) => find(each)),
): Promise<Built> {
  if (!tool) throw new CannotLook('there is no buildah, podman or docker; install one of them');
  const folder = mkdtempSync(join(tmpdir(), 'fredu-image-'));
  try {
    const parts = await IMAGES[name](join(folder, 'root'));
    copyFileSync(join(ROOT, `app/image/${name}.Containerfile`), join(folder, 'Containerfile'));
    // The digest is resolved when the image is pushed; here it has its name and its tag.
    const reference = appImage(`education-${name}`, platform).split('@')[0]!;
    const file = join(folder, 'Containerfile');
    const { code, stdout, stderr } = await run(
      [tool, 'build', ...BUILDERS[tool]!, '--quiet', '--tag', reference, '--file', file, folder],
      { timeoutSeconds: 300, env: { SOURCE_DATE_EPOCH: '0' } },
    );
    if (code !== 0)
      throw new CannotLook(`${tool} does not build ${reference}: ${(stderr || stdout).trim().slice(-500)}`);
    const id = stdout.trim().split('\n').at(-1)!.replace('sha256:', '');
    return {
      reference,
      bill: bill(`education-${name}`, parts),
      id,
      megabytes: await sizeOf(join(folder, 'root')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sizeOf(folder: string): Promise<number> {
  const { stdout } = await run(['du', '--summarize', '--bytes', folder]);
  return Number(stdout.split('\t')[0]) / 1e6;
}

if (import.meta.main) {
  await main(async () => {
    const { values, positionals } = options(USAGE, { ...SITES, ...SBOM }, { words: true });
    const all = Object.keys(IMAGES) as ImageName[];
    const wrong = positionals.find((name) => !(all as string[]).includes(name));
    if (wrong) throw new CannotLook(`no image ${wrong}; there are ${all.join(' and ')}`);
    const model = loadModel(values.sites);
    if (!model) return 1;
    for (const name of all.filter((each) => positionals.length === 0 || positionals.includes(each))) {
      const built = await buildImage(name, model);
      const { reference, id, megabytes } = built;
      writeBill(values.sbom, `education-${name}`, built.bill);
      process.stdout.write(`${reference}  ${id.slice(0, 12)}  ${megabytes.toFixed(1)} MB\n`);
    }
    return 0;
  });
}

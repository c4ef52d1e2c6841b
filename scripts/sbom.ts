import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { IMAGES, type ImageName } from './image.ts';
import { bill, type Component, SBOM, toolkitParts, writeBill } from './lib/bill.ts';
import { CannotLook, main, options } from './lib/main.ts';

const USAGE = `npm run sbom [-- toolkit|api|web…] [--sbom FOLDER]
  Writes what the toolkit and the images of the education app are made of into a folder (default sbom/), as CycloneDX 1.6: packages
  with version, licence and hash from the lock, and what an image has of this machine – Node, nginx, libraries. The files of
  an image are put together for it as npm run image does; nothing that builds containers is needed.`;

const PRODUCTS = ['toolkit', ...(Object.keys(IMAGES) as ImageName[])] as const;
type Product = (typeof PRODUCTS)[number];

/** What a product is made of, by what is really in it. */
async function partsOf(product: Product): Promise<Component[]> {
  if (product === 'toolkit') return toolkitParts();
  const folder = mkdtempSync(join(tmpdir(), 'fredu-sbom-'));
  try {
    return await IMAGES[product](folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  await main(async () => {
    const { values, positionals } = options(USAGE, SBOM, { words: true });
    const wrong = positionals.find((name) => !(PRODUCTS as readonly string[]).includes(name));
    if (wrong) throw new CannotLook(`no product ${wrong}; there are ${PRODUCTS.join(', ')}`);
    for (const product of PRODUCTS) {
      if (positionals.length > 0 && !positionals.includes(product)) continue;
      const parts = await partsOf(product);
      const name = product === 'toolkit' ? 'fredu' : `education-${product}`;
      const made = bill(name, parts);
      const file = writeBill(values.sbom, name, made);
      process.stdout.write(`${relative(process.cwd(), file)}  ${made.components.length} parts\n`);
    }
    return 0;
  });
}

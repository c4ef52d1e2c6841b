import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A package that the pages have in them, as the build writes it down. */
export interface Bundled {
  name: string;
  version: string;
  /** Of its licence, as SPDX has it. */
  identifier?: string | null;
  /** The licence itself, which asks to go with every copy. */
  text?: string | null;
}

/** Packages whose fonts the pages have in them, which the bundler does not count. */
export function fontPackages(names: readonly string[]): Bundled[] {
  return names.map((name) => {
    const path = fileURLToPath(import.meta.resolve(`${name}/package.json`));
    const { version, license } = JSON.parse(readFileSync(path, 'utf8')) as {
      version: string;
      license: string;
    };
    return { name, version, identifier: license, text: readFileSync(join(dirname(path), 'LICENSE'), 'utf8') };
  });
}

/** Where visitors read whose work the pages are made with. */
const FILE = 'licences.txt';
const LINE = `\n${'-'.repeat(80)}\n`;

/** Writes the licences of what is in the pages beside them, each package once. */
export function writeLicences(folder: string, packages: readonly Bundled[]): void {
  writeFileSync(
    join(folder, FILE),
    packages
      .map(({ name, version, identifier, text }) => `${name} ${version} (${identifier})\n\n${text?.trim()}\n`)
      .join(LINE),
  );
}

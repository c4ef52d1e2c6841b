import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where fonts lie for the pages' style sheets; made, and in no repository. */
const FOLDER = join(import.meta.dirname, 'markdown/fonts');

/**
 * STIX Two Math: it has the table by which browsers draw fractions, roots and signs that grow, and most machines have no font with one.
 * Under the SIL Open Font License, 1.1. @see https://github.com/stipub/stixfonts
 */
const MATH = import.meta.resolve('@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2');

/** What most formulas are made of, as ranges of CSS: the rest is fetched by those who have it. */
const COMMON = [
  'U+20-7E, U+A0-FF, U+131, U+237, U+2C6-2C7, U+2D8-2DC, U+300-338, U+370-3FF',
  'U+2000-2057, U+2060-2064, U+20D0-20DC, U+2102, U+210B-2115, U+2118-2124, U+2126-2128, U+212C-2138',
  'U+2190-2199, U+21A4-21AA, U+21BC-21D9, U+2200-2237, U+223C-224D, U+2260-226B, U+2272-2277, U+227A-228B',
  'U+228E-229B, U+22A2-22A8, U+22C0-22C6, U+22D6-22D7, U+22EE-22F1, U+2308-230B, U+239B-23AE, U+23DC-23E1',
  'U+27E8-27EF, U+27F5-27FA, U+2A00-2A06, U+2A7D-2A7E, U+1D434-1D467, U+1D6A4-1D6A5, U+1D6E2-1D71B',
].join(', ');
const RARE = [
  'U+2300-2307, U+230C-239A, U+23AF-23DB, U+23E2-27E7, U+27F0-27F4, U+27FB-29FF, U+2A07-2A7C, U+2A7F-2BFF',
  'U+219A-21A3, U+21AB-21BB, U+21DA-21FF, U+2238-223B, U+224E-225F, U+226C-2271, U+2278-2279, U+228C-228D',
  'U+229C-22A1, U+22A9-22BF, U+22C7-22D5, U+22D8-22ED, U+22F2-22FF, U+2125, U+2129-212B, U+2139-214F',
  'U+1D400-1D433, U+1D468-1D6A3, U+1D6A6-1D6E1, U+1D71C-1D7FF',
].join(', ');

/**
 * Atkinson Hyperlegible Next: letters that are told apart by those who see little. All weights are one file.
 * Under the SIL Open Font License, 1.1. @see https://github.com/googlefonts/atkinson-hyperlegible-next
 */
const TEXT = dirname(
  fileURLToPath(import.meta.resolve('@fontsource-variable/atkinson-hyperlegible-next/package.json')),
);
/** Western Europe, and the rest of the Latin letters; as the package has parted them. */
const TEXT_RANGES = {
  latin:
    'U+0-FF, U+131, U+152-153, U+2BB-2BC, U+2C6, U+2DA, U+2DC, U+304, U+308, U+329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD',
  'latin-ext':
    'U+100-2BA, U+2BD-2C5, U+2C7-2CC, U+2CE-2D7, U+2DD-2FF, U+1D00-1DBF, U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF',
};

/** The packages that fonts come from: their licences go with them. */
export const FONT_PACKAGES = ['@fontsource/stix-two-math', '@fontsource-variable/atkinson-hyperlegible-next'];

/** Makes the fonts of formulas, in two parts, takes those of text as they are, and writes the style sheet that names them. */
export async function makeFonts(): Promise<void> {
  const whole = readFileSync(fileURLToPath(MATH));
  const made = hash('sha256', Buffer.concat([whole, readFileSync(import.meta.filename)]));
  const stamp = join(FOLDER, '.made');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === made) return;
  const { default: subsetFont } = await import('subset-font');
  mkdirSync(FOLDER, { recursive: true });
  const faces: string[] = [];
  for (const [name, ranges] of Object.entries({ math: COMMON, 'math-rare': RARE })) {
    const part = await subsetFont(whole, lettersOf(ranges), { targetFormat: 'woff2' });
    put(`${name}.woff2`, part);
    faces.push(
      `@font-face {\n  font-family: "STIX Two Math";\n  src: url("./${name}.woff2") format("woff2");\n  font-display: swap;\n  unicode-range: ${ranges};\n}\n`,
    );
  }
  for (const [name, ranges] of Object.entries(TEXT_RANGES))
    for (const style of ['normal', 'italic']) {
      const file = `text-${name}-${style}.woff2`;
      put(file, readFileSync(join(TEXT, `files/atkinson-hyperlegible-next-${name}-wght-${style}.woff2`)));
      faces.push(textFace(file, style, ranges));
    }
  put('fonts.css', faces.join(''));
  writeFileSync(stamp, made);
}

/** `optional`: on a bad line the first page keeps the machine's letters, so that no line moves under the reader's eyes. */
const textFace = (file: string, style: string, ranges: string): string =>
  `@font-face {\n  font-family: "Atkinson Hyperlegible Next";\n  src: url("./${file}") format("woff2");\n  font-style: ${style};\n  font-weight: 200 800;\n  font-display: optional;\n  unicode-range: ${ranges};\n}\n`;

function lettersOf(ranges: string): string {
  return ranges
    .split(', ')
    .map((range) => {
      const [first = '', last = first] = range.slice(2).split('-');
      const from = Number.parseInt(first, 16);
      return Array.from({ length: Number.parseInt(last, 16) - from + 1 }, (_, at) =>
        String.fromCodePoint(from + at),
      ).join('');
    })
    .join('');
}

/** Whole at once: another build may read it. */
function put(name: string, content: string | Uint8Array): void {
  const fresh = join(FOLDER, `${name}.${process.pid}`);
  writeFileSync(fresh, content);
  renameSync(fresh, join(FOLDER, name));
}

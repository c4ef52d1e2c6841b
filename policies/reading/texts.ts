import { load } from 'js-yaml';
import { parse } from 'yaml';

// biome-ignore lint/suspicious/noExplicitAny: rendered text is plain data of many shapes, and a judge trusts none of them
export type Data = any;

/**
 * What texts of the tree say, without an exception: what cannot be read says nothing, which is reported by the law `readable-files`
 * and by nobody else.
 */

const attempt = (reading: (text: string) => Data, text: string): Data => {
  try {
    return reading(text);
  } catch {
    return undefined;
  }
};
/** Texts of some two hundred sites. */
const KNOWN_MAX = 40_000;
/** A reader that keeps what texts said: many laws ask for the same ones, of trees that differ in a few. */
function remembered(reading: (text: string) => Data): (text: string | undefined) => Data {
  const known = new Map<string, Data>();
  return (text) => {
    if (text === undefined) return undefined;
    if (known.has(text)) return known.get(text);
    const said = attempt(reading, text);
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(text, said);
    return said;
  };
}
/**
 * The first document of a YAML text, read once and for all laws, which therefore change nothing in it; undefined where there is no text,
 * or none that can be read.
 */
export const yamlOf = remembered(read);
/** As `yamlOf`, of JSON. */
export const jsonOf = remembered((text) => JSON.parse(text) as Data);
/**
 * Of a text that is well, five times as fast as the library that finds a meaning in any; `texts.test.ts` reads all the golden
 * tree by both.
 */
function read(text: string): Data {
  try {
    return load(text) as Data;
  } catch {
    return parse(text, { logLevel: 'silent' });
  }
}
/** A list, whatever stands there. */
export const listOf = (value: Data): Data[] =>
  Array.isArray(value) ? value.filter((each) => each !== null && each !== undefined) : [];
/** Statements of SQL, trimmed, without comments; a semicolon within quotes ends none. */
export const statementsOf = (text: string): string[] =>
  (text.replaceAll(/^\s*--.*$/gm, '').match(/(?:'(?:[^']|'')*'|[^';])+/g) ?? [])
    .map((each) => each.trim())
    .filter(Boolean);

import { parse } from 'yaml';

// biome-ignore lint/suspicious/noExplicitAny: rendered text is plain data of many shapes, and a judge trusts none of them
export type Data = any;

/**
 * What texts of the tree say, without an exception: what cannot be read says nothing, which is told by the law `readable-files`
 * and by nobody else.
 */

const attempt = (read: (text: string) => Data, text: string | undefined): Data => {
  try {
    return text === undefined ? undefined : read(text);
  } catch {
    return undefined;
  }
};
/** The first document of a YAML text; undefined where there is no text, or none that can be read. */
export const yamlOf = (text: string | undefined): Data =>
  attempt((each) => parse(each, { logLevel: 'silent' }), text);
/** As `yamlOf`, of JSON. */
export const jsonOf = (text: string | undefined): Data => attempt((each) => JSON.parse(each) as Data, text);
/** A list, whatever stands there. */
export const listOf = (value: Data): Data[] =>
  Array.isArray(value) ? value.filter((each) => each !== null && each !== undefined) : [];

import { LineCounter, parseAllDocuments } from 'yaml';
import type { Finding, Policy } from '../law.ts';
import { yamlOf } from '../reading/texts.ts';

/** The file is what its name says; every other law passes over one that is not. */
export const readableFiles: Policy = {
  id: 'readable-files',
  title: 'every file of the tree can be read as what its name says it is',
  why: 'A file that is cut off or garbled is refused by the program that it is for, at the worst time; and no other law can judge what stands in it.',
  check: (_model, tree) =>
    [...tree].flatMap(([path, text]) => FORMS.find(({ form }) => form.test(path))?.judge(path, text) ?? []),
};

const FORMS: { form: RegExp; judge(path: string, text: string): Finding[] }[] = [
  { form: /\/kubernetes\/.*\.yaml$/, judge: (path, text) => yaml(path, text, true) },
  { form: /\.ya?ml$/, judge: (path, text) => yaml(path, text, false) },
  { form: /\.json$/, judge: json },
];
const fix = 'make the tree again with `npm run synth`';

function yaml(path: string, text: string, isObject: boolean): Finding[] {
  // Other laws have read it as data, or will; only what cannot be read so is read once more, for the line where it ends.
  const said = yamlOf(text);
  if (isObject ? isMap(said) && typeof said.kind === 'string' : typeof said === 'object' && said !== null)
    return [];
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: counter, prettyErrors: false });
  const list = Array.isArray(documents) ? documents : [];
  const [error] = list.flatMap(({ errors }) => errors);
  if (error) {
    const { line } = counter.linePos(error.pos[0]);
    return [
      { path, text: text.split('\n')[line - 1], message: `line ${line} is no YAML: ${error.message}`, fix },
    ];
  }
  const [first, ...more] = list.map((document) => document.toJS() as unknown);
  const whole = isObject
    ? more.length === 0 && isMap(first) && typeof first.kind === 'string'
    : list.length > 0;
  if (!whole)
    return [{ path, message: isObject ? 'it holds no object of Kubernetes' : 'it holds nothing', fix }];
  return [];
}
const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function json(path: string, text: string): Finding[] {
  try {
    if (isMap(JSON.parse(text))) return [];
    return [{ path, message: 'it holds no map of keys', fix }];
  } catch (error) {
    return [{ path, message: `it is no JSON: ${(error as Error).message}`, fix }];
  }
}

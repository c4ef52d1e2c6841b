import type { Plugin } from 'vite';

/** A space that stands where French keeps two things on one line: before `: ; ? ! »` at the end of words, and behind `«`. */
const BEFORE = / (?=[:;?!»](?:$|[\s.,)»]))/g;
const BEHIND = /« /g;
/** Our own files: what libraries say is not ours to change. */
const OURS = /app\/web\/(features|layout|pages|offline)\/.*\.tsx?$/;

/** A text as it is to be read: no line begins with a sign. */
export const withFrenchSpaces = (text: string): string =>
  text.replace(BEFORE, '\u00a0').replace(BEHIND, '«\u00a0');

interface Node {
  type: string;
  start: number;
  end: number;
  value?: unknown;
}

/** Sets the words of the pages as French is set, so that they are typed with the space bar. Only what stands in a text is changed. */
export const frenchSpaces = (): Plugin => ({
  name: 'french-spaces',
  enforce: 'post',
  transform(code, id) {
    if (!OURS.test(id.replaceAll('\\', '/'))) return null;
    let [set, at] = ['', 0];
    for (const { start, end } of textsIn(this.parse(code))) {
      set += code.slice(at, start) + withFrenchSpaces(code.slice(start, end));
      at = end;
    }
    return { code: set + code.slice(at), map: null };
  },
});

/** The texts of a program in their order: those in quotes, and the fixed parts of those with something in them. */
function textsIn(program: unknown): Node[] {
  const texts: Node[] = [];
  const look = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return value.forEach(look);
    const node = value as Node;
    if (node.type === 'TemplateElement' || (node.type === 'Literal' && typeof node.value === 'string'))
      // Without the quotes of the one; the other has none.
      return void texts.push(
        node.type === 'Literal' ? { ...node, start: node.start + 1, end: node.end - 1 } : node,
      );
    for (const each of Object.values(node)) look(each);
  };
  look(program);
  return texts.sort((one, other) => one.start - other.start);
}

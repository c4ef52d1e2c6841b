import type { Ajv } from 'ajv';
import type { Typed } from '#shared/schemas/common.ts';

/** Letters that turn the direction of what stands beside them, even beyond the text itself. @see https://www.unicode.org/reports/tr9/ table 4 */
const BIDI = /\p{Bidi_Control}/gu;
/** Those of them that hold on until they are ended. The marks that remain are needed where Arabic or Hebrew is written. */
const BIDI_LASTING = /[\u202a-\u202e\u2066-\u2069]/gu;
/** Letters that show nothing and join nothing: a name with them would look like another person's. Joiners and variation selectors, which scripts and emoji need, are none. */
const HIDDEN = /[\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]/gu;

/**
 * A text as it is kept, of what somebody typed or pasted: in normal form C, without letters that turn the direction of
 * others, and without what nobody sees at its ends. The ways of typing the same name give the same name.
 */
export function asTyped(text: string, kind: Typed): string {
  const composed = text.normalize('NFC');
  if (kind === 'line') return trimmed(composed.replace(BIDI, '').replace(HIDDEN, ''));
  const plain = composed.replace(BIDI_LASTING, '');
  // The first line keeps its indentation, which means something in Markdown.
  return kind === 'document' ? plain : lessBlankLines(plain).trimEnd();
}

/** Without spaces and joiners at its ends. A pattern for the end would read a long run of spaces once for each of them. */
function trimmed(line: string): string {
  let [from, to] = [0, line.length];
  while (from < to && isEdge(line[from]!)) from += 1;
  while (to > from && isEdge(line[to - 1]!)) to -= 1;
  return line.slice(from, to);
}
const isEdge = (letter: string) => /[\s\u200c\u200d]/.test(letter);

function lessBlankLines(text: string): string {
  const blank = text.length - text.trimStart().length;
  return text.slice(text.lastIndexOf('\n', blank - 1) + 1);
}

/** Lets a schema ask by `x-typed` that a text of a request be taken as it is kept, before anything else of it is judged. */
export const typedAsKept = (ajv: Ajv): void =>
  void ajv.addKeyword({
    keyword: 'x-typed',
    type: 'string',
    schemaType: 'string',
    modifying: true,
    before: 'maxLength',
    errors: false,
    validate: (kind: Typed, text: string, _schema: unknown, place?: Place) => {
      if (place?.parentData) place.parentData[place.parentDataProperty] = asTyped(text, kind);
      return true;
    },
  });
interface Place {
  parentData: Record<string | number, unknown>;
  parentDataProperty: string | number;
}

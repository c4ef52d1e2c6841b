const repeated = (part: string) => (length: number) => part.repeat(Math.ceil(length / part.length));
const around = (before: string, after: string) => (length: number) => {
  const times = Math.ceil(length / (before.length + after.length));
  return before.repeat(times) + after.repeat(times);
};
/** Runs of a sign, each longer than the one before: none is the end of another. */
const growing = (before: string, sign: string) => (length: number) => {
  let text = '';
  for (let run = 1; text.length < length; run += 1) text += before + sign.repeat(run);
  return text;
};

/** Texts of a length that the parser reads in time that grows faster than the length, or not at all. */
export const ENTANGLED: Record<string, (length: number) => string> = {
  'emphases that never end': repeated('*a_'),
  'emphases within each other': around('*a **b ', ' b** a*'),
  'deletions within each other': around('~~a ~b ', 'b~ a~~'),
  'brackets that close nothing': repeated(']'),
  'brackets within each other': around('[', ']'),
  'pictures within each other': around('![', '](a)'),
  'links within each other': around('[', '](a)'),
  'links that never end': repeated('[a]('),
  'titles that never end': repeated('[a](b "'),
  'references to nothing': repeated('[a][b]'),
  'directives within each other': around(':a[', ']'),
  'directives whose attributes never end': repeated(':a{b '),
  'notes within each other': around('[^', ']'),
  'backticks of growing length': growing('e', '`'),
  'dollars that begin a formula': repeated('$a '),
  'dollars of growing length': growing('e', '$'),
  'declarations that never end': repeated('a<!A '),
  'comments that never end': repeated('a<!--'),
  'instructions that never end': repeated('a<?'),
  'quotes within each other': repeated('>'),
  'lists within each other': repeated('1. '),
  'quotes and lists within each other': repeated('> - '),
  'notes in notes': repeated('[^a]: '),
  'a staircase of lists': (length) => {
    let text = '';
    for (let step = 0; text.length < length; step += 1) text += `${' '.repeat(2 * step)}- a\n`;
    return text;
  },
  'many quotes': repeated('> a\n\n'),
  'many short lists': repeated('- a\n---\n'),
  'many lists of other signs': repeated('- a\n+ b\n'),
  'many lists within lists': repeated('- a\n  - b\n'),
  'many quotes in lists': repeated('- > a\n'),
  'lists of lists': repeated(`${'- '.repeat(8)}a\n`),
  'lines that only hang on': (length) => `- - - - ${repeated('a\n')(length)}`,
  'underlined headings': repeated('a\n=\n\n'),
  'containers that never end': repeated(':::a\n'),
  'a table of empty cells': (length) => {
    const columns = Math.ceil(Math.sqrt(length));
    return `${'|a'.repeat(columns)}|\n${'|-'.repeat(columns)}|\n${repeated('a\n')(length)}`;
  },
};

import { sqlString } from '#constructs/quote.ts';

/** Seconds as CockroachDB writes a duration. */
export const seconds = (value: number): string => sqlString(`${value}s`);

/** A file of statements, each after the comment that says why it is there. */
export const file = (title: string, ...parts: (string | undefined)[]): string =>
  `${[`-- ${title}`, '-- Applied by root at every change of the tree; running it again changes nothing.', ...parts.filter((part) => part !== undefined)].join('\n\n')}\n`;

/** Statements below one comment. */
export const because = (why: string, ...statements: string[]): string =>
  [...wrap(why).map((line) => `-- ${line}`), ...statements.map((statement) => `${statement};`)].join('\n');

function wrap(text: string): string[] {
  return text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 110) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
    return lines;
  }, []);
}

import { type ParseArgsConfig, parseArgs } from 'node:util';

/** What a program does that cannot read its command line: says so in one line, and ends with 2. */
function refused(line: string): never {
  process.stderr.write(`error: ${line}\n`);
  process.exit(2);
}

/**
 * The command line of a program, or one line on what it does not know; `--help` prints the usage and ends it, whatever else
 * stands there. Words beside the options are refused, but where the program takes some.
 */
export function options<T extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  known: T,
  {
    words = false,
    refuse = refused,
    args = process.argv.slice(2),
  }: { words?: boolean; refuse?: (line: string) => never; args?: readonly string[] } = {},
) {
  if (args.includes('--help')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  const parsed = parse(known, args);
  if ('wrong' in parsed) return refuse(`${parsed.wrong}\n${usage}`);
  const [word] = parsed.positionals;
  return word === undefined || words ? parsed : refuse(`nothing is to be done with ${word}\n${usage}`);
}

function parse<T extends NonNullable<ParseArgsConfig['options']>>(known: T, args: readonly string[]) {
  try {
    return parseArgs({ options: known, allowPositionals: true, args: [...args] });
  } catch (error) {
    return { wrong: (error as Error).message.split('\n')[0]! };
  }
}

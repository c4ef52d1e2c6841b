import type { Finding, Tree } from '../law.ts';

/** A zone of the tree, line by line. */
export interface Zone {
  path: string;
  /** `fredu.fr`; a slash in it is a hyphen, as in the name of its file. */
  name: string;
  /** What names without a dot at their end are below, as the file says. */
  origin: string;
  lines: Line[];
}
interface Line {
  text: string;
  name: string;
  ttl: number;
  type: string;
  data: string;
}

const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith(';'))
    .map((line) => {
      const [, name = '', ttl = '', type = '', data = ''] =
        /^(\S+) +(?:(\d+) +)?IN +(\S+) +(.+)$/.exec(line) ?? [];
      return { text: line, name, ttl: Number(ttl || 3600), type, data };
    });
/** Every zone file. */
export const zonesOf = (tree: Tree): Zone[] =>
  [...tree].flatMap(([path, text]) => {
    const name = /^platform\/dns\/(.+)\.zone$/.exec(path)?.[1];
    const origin = /^\$ORIGIN (\S+)\.$/m.exec(text)?.[1] ?? '';
    return name === undefined ? [] : [{ path, name, origin, lines: linesOf(text) }];
  });

/** A finding about a zone. */
export const wrong = (path: string, text: string | undefined, message: string, fix: string): Finding => ({
  path,
  text,
  message,
  fix,
});
/** What mends most of them. */
export const again = 'make the tree again with `npm run synth`';

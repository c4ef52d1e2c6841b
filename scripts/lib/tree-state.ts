import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '#policies/law.ts';
import type { Problem } from '#sites/load/problem.ts';
import { madeOf } from './tree.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const again = 'make the tree again with `npm run synth`';

/**
 * What became of a tree on disk since it was made. A file that is missing or cut off is a problem; one that somebody edited or put
 * there is judged as it stands, and named in a note. The stamp beside the places says what was made; where there is none, what the
 * site files become today is held against it.
 *
 * @param wanted what the site files become today, by the same paths
 */
export function treeState(folder: string, tree: Tree, wanted: Tree): Problem[] {
  const isStamped = existsSync(join(folder, '.fredu.json'));
  const stamp = new Map(
    isStamped
      ? Object.entries(madeOf(folder)).flatMap(([place, files]) =>
          Object.entries(files).map(([path, hash]): [string, string] => [`${place}/${path}`, hash]),
        )
      : [...wanted].map(([path, text]): [string, string] => [path, digest(text)]),
  );
  const problem = (
    path: string,
    severity: Problem['severity'],
    code: string,
    message: string,
    fix: string,
  ): Problem => ({
    code,
    severity,
    message,
    file: join(folder, path),
    line: 1,
    column: 1,
    source: tree.get(path)?.split('\n')[0] ?? '',
    fix,
    why: 'what stands on disk is what gets applied; a file that differs from what was made is judged as it stands',
  });
  const made = isStamped ? 'that synth made' : `that the site files become`;
  return [
    ...[...stamp.keys()]
      .filter((path) => !tree.has(path))
      .map((path) => problem(path, 'error', 'file-missing', `${path}, ${made}, is missing`, again)),
    ...[...tree].flatMap(([path, text]): Problem[] => {
      const hash = stamp.get(path);
      if (hash === undefined)
        return [
          problem(
            path,
            'note',
            'file-foreign',
            `${path} is nothing ${made}`,
            'remove it, or say in the site files what it is for',
          ),
        ];
      const whole = wanted.get(path);
      // What the site files become now is right, whatever an older stamp beside it says.
      if (hash === digest(text) || text === whole) return [];
      if (whole?.startsWith(text))
        return [
          problem(
            path,
            'error',
            'file-truncated',
            `${path} is cut off: ${Buffer.byteLength(text)} of ${Buffer.byteLength(whole)} bytes are there`,
            again,
          ),
        ];
      return [
        problem(
          path,
          'note',
          'file-edited',
          `${path} differs from the file ${made}`,
          'say it in the site files, and make the tree again',
        ),
      ];
    }),
  ];
}

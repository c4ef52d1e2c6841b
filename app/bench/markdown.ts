import { options } from '#server/command-line.ts';
import type { CourseFiles } from '#shared/markdown/files.ts';
import { markdownHtml } from '#shared/markdown/html.ts';

options(
  `npm run bench:markdown
  Measures how long a lesson of ten pages takes to draw, and ends with 1 when that is longer than promised.`,
  {},
);

/** What a lesson of ten pages has: prose, formulas, a table, code, files. */
const PART = (number: number): string => `## Partie ${number}

Une *suite* tend vers $\\ell$ si, pour tout $\\varepsilon > 0$, il existe $N$ tel que $|u_n - \\ell| < \\varepsilon$ dès que
$n \\ge N$. Voir [le sujet](tp1.zip) et **l’exemple** qui suit ; ~~plus tard~~, maintenant.

| n | u_n |
|---|----:|
| 1 | 0,5 |
| 2 | 0,25 |

\`\`\`python
def suite(n):  # la valeur de rang n
    return 1 / 2 ** n
\`\`\`

::video[Le cours]{file=cours1.mp4 start=1:30}
`;
const PARTS = 10;
const RUNS = 50;
/** Drawing that long is felt by who opens the page. */
const MILLISECONDS_MAX = 100;

const course: CourseFiles = {
  courseId: 'c1',
  isAuthor: false,
  files: [
    { name: 'tp1.zip', mediaType: 'application/zip' },
    { name: 'cours1.mp4', mediaType: 'video/mp4' },
  ],
};
const lesson = (seed: number): string =>
  `Leçon ${seed}\n\n${Array.from({ length: PARTS }, (_, number) => PART(number)).join('\n')}`;
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};
const middle = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

const first = await timed(() => markdownHtml(lesson(-1), course));
const fresh: number[] = [];
const again: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  fresh.push(await timed(() => markdownHtml(lesson(run), course)));
  again.push(await timed(() => markdownHtml(lesson(run), course)));
}
const figures = { first, fresh: middle(fresh), again: middle(again) };
process.stdout.write(
  `a lesson of ${(lesson(0).length / 1000).toFixed(1)} kB: ${figures.first.toFixed(0)} ms the first time, ${figures.fresh.toFixed(1)} ms a new one (${MILLISECONDS_MAX} promised), ${figures.again.toFixed(1)} ms one that is kept\n`,
);
if (figures.fresh > MILLISECONDS_MAX) process.exitCode = 1;

import {
  COCKROACHDB_SERIES,
  compareReleases,
  isOf,
  type Program,
  rangeOf,
  STRIDES,
  SUPPORT,
  type Support,
  unsupportedPairs,
} from '#policies/reading/support.ts';

/** Why a release may not be gone to, in words; empty where it may. */
export interface Verdict {
  problems: string[];
  /** Releases to go through first, when the step is too long. */
  way: string[];
}

/** Whether a program may go from what stands to a release, by the projects' own words. */
export function judge(standing: ReadonlyMap<Program, string>, program: Program, to: string): Verdict {
  const from = standing.get(program)!;
  if (compareReleases(to, from) < 0)
    return { problems: [`${program} does not go back from ${from} to ${to}`], way: [] };
  const jump = program === 'cockroachdb' ? majorJump(from, to) : jumpOf(program, from, to);
  const others = unsupportedPairs(new Map(standing).set(program, to)).map((pair) =>
    inWords(pair, to, standing),
  );
  return { problems: [...jump.problems, ...unread(program, from, to), ...others], way: jump.way };
}

/** The next release series after what stands, as far as the projects let one step go. */
export function nextSeries(program: Program, from: string): string | undefined {
  if (program === 'cockroachdb')
    return COCKROACHDB_SERIES[COCKROACHDB_SERIES.findIndex(({ series }) => isOf(from, series)) + 1]?.series;
  const [major = 0, minor = 0] = from.split('.').map(Number);
  return program === 'ceph' ? `${major + 1}.2` : `${major}.${minor + 1}`;
}

function inWords(
  { program, needs, source, ...range }: Support,
  to: string,
  standing: ReadonlyMap<Program, string>,
): string {
  const other = standing.get(needs);
  return `${program} ${range.series} is supported with ${needs} ${rangeOf(range)}${needs === program || other === undefined ? '' : `; asked for is ${unsupportedSide(needs, other, range, to)}`} (${source})`;
}
const unsupportedSide = (
  needs: Program,
  other: string,
  { least, below }: Pick<Support, 'least' | 'below'>,
  to: string,
): string =>
  compareReleases(other, least) < 0 || (below !== undefined && compareReleases(other, below) >= 0)
    ? `${needs} ${other}`
    : `${needs} ${to}`;

/** A series whose pairs nobody has read is unknown, not supported. */
function unread(program: Program, from: string, to: string): string[] {
  const rows = SUPPORT.filter((row) => row.program === program);
  if (rows.length === 0 || rows.some(({ series }) => isOf(to, series))) return [];
  const known = rows.find(({ series }) => isOf(from, series)) ?? rows.at(-1)!;
  return [
    `nobody has read what ${program} ${to.split('.').slice(0, 2).join('.')} is supported with; read the page that follows ${known.source} and add its rows to policies/reading/support.ts`,
  ];
}

function jumpOf(program: Program, from: string, to: string): Verdict {
  const stride = STRIDES[program as keyof typeof STRIDES];
  if (!stride)
    return { problems: [`${program} comes with Kubespray; upgrade kubespray, and it follows`], way: [] };
  const [a, b] = [numbers(from), numbers(to)];
  const { part, most = Number.POSITIVE_INFINITY, source } = stride;
  if (part === 'minor' && a.major !== b.major)
    return {
      problems: [`${program} goes from ${a.major} to ${b.major} by its own guide of migration (${source})`],
      way: [],
    };
  const steps = b[part] - a[part];
  if (steps <= most) return { problems: [], way: [] };
  const way = Array.from({ length: steps - most }, (_, index) =>
    part === 'minor' ? `${a.major}.${a.minor + index + 1}` : `${a.major + index + 1}`,
  );
  return {
    problems: [
      `${program} goes ${most} ${part} release at a time, and ${from} to ${to} is ${steps} (${source})`,
    ],
    way,
  };
}
const numbers = (release: string): { major: number; minor: number } => {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return { major, minor };
};

/** From a regular release to the next, or over an innovation release; from an innovation release to the next only. */
function majorJump(from: string, to: string): Verdict {
  const source = 'https://www.cockroachlabs.com/docs/v26.2/upgrade-cockroach-version#compatible-versions';
  const at = (release: string) => COCKROACHDB_SERIES.findIndex(({ series }) => isOf(release, series));
  const [a, b] = [at(from), at(to)];
  if (a < 0 || b < 0)
    return {
      problems: [
        `no release series of CockroachDB that is known has ${a < 0 ? from : to} (https://www.cockroachlabs.com/docs/releases/)`,
      ],
      way: [],
    };
  const path: string[] = [];
  for (let index = a; index < b; ) {
    const over =
      COCKROACHDB_SERIES[index + 1]!.innovation && !COCKROACHDB_SERIES[index]!.innovation && index + 2 <= b;
    index += over ? 2 : 1;
    path.push(COCKROACHDB_SERIES[index]!.series);
  }
  return path.length <= 1
    ? { problems: [], way: [] }
    : {
        problems: [
          `cockroachdb goes from one regular release to the next, and ${from} to ${to} is ${path.length} steps, each finalized (${source})`,
        ],
        way: path.slice(0, -1),
      };
}

import { basename } from 'node:path';

/** A source file of the project as the house rules see it. */
export interface Source {
  path: string;
  text: string;
}

/**
 * The rules of the house that a text breaks, as findings: `file:line what is wrong; the mend`. Who may import whom is held by
 * `imports.ts`, and that nothing is left unused by `unused.test.ts`.
 */
export function tidy(sources: Source[]): string[] {
  const code = sources.filter(({ path }) => /\.tsx?$/.test(path));
  return [
    ...code.flatMap(purity),
    ...code.flatMap(sitesByName),
    ...code.flatMap(sitesInTests),
    ...code.flatMap(replacesModules),
    ...sources.flatMap(unfinished),
    ...sources.flatMap(machinePaths),
    ...code.flatMap(length),
    ...untestedLaws(code),
  ].sort();
}

const isTest = (path: string) => /\.test\.tsx?$/.test(path);
const IMPURE: [RegExp, string][] = [
  [/\bprocess\.(env|cwd|argv|platform)\b/, 'reads its environment'],
  [/\bDate\.now\(|\bnew Date\(\)/, 'reads the clock'],
  [/\bMath\.random\(|\brandomBytes\(|\brandomUUID\(/, 'is random'],
];
const PURE = /^(sites|constructs|charts|policies)\//;
/** Makers of files in git, what only tests read, and programs that run on other machines. */
const IMPURE_FILES = /\/(generate|fixtures)\.ts$|^sites\/fixtures\/|-script\.ts$/;

function purity({ path, text }: Source): string[] {
  if (!PURE.test(path) || isTest(path) || IMPURE_FILES.test(path)) return [];
  return matches(text, IMPURE).map(
    ({ line, word }) => `${path}:${line} ${word}; take the value as an argument`,
  );
}

/** A site is what it can do, not what it is called. */
function sitesByName({ path, text }: Source): string[] {
  if (
    !/^(sites|constructs|charts|policies|scripts)\//.test(path) ||
    isTest(path) ||
    /(examples|fixtures|bench)\.ts$/.test(path)
  ) {
    return [];
  }
  const names: [RegExp, string][] = [[/(?<![\w`-])['"](sxb|dc|do)['"]/, 'names a site']];
  return matches(withoutComments(text), names).map(
    ({ line, word }) =>
      `${path}:${line} ${word}; ask for the capability instead (site.kubernetes, site.database …)`,
  );
}

/** What stands in `sites/` and `charts/golden/` belongs to the fork; one test holds the two together. */
function sitesInTests({ path, text }: Source): string[] {
  if (!isTest(path) || /^charts\/golden\.test|^scripts\/testing\/(fork\.services|tidy)\.test/.test(path))
    return [];
  const own: [RegExp, string][] = [
    [
      /\bload(Model|Sites)\(\)|(\bload\(|dirname, |ROOT, )'(\.\.\/)*(sites|charts\/golden)'/,
      'reads the sites of the fork',
    ],
  ];
  return matches(text, own).map(
    ({ line, word }) =>
      `${path}:${line} ${word}; judge threeSites() or a small world of scripts/testing/example-sites.ts`,
  );
}

/** Unit tests share a process, in which another file may have loaded the module already. */
function replacesModules({ path, text }: Source): string[] {
  if (!isTest(path) || /\.isolated\.test\.ts$|^scripts\/testing\/tidy\.test/.test(path)) return [];
  return matches(text, [[/\bvi\.(do)?[mM]ock\(/, 'replaces a module']]).map(
    ({ line, word }) =>
      `${path}:${line} ${word}; name the file ${basename(path).replace(/\.test\.ts$/, '.isolated.test.ts')}`,
  );
}

function unfinished({ path, text }: Source): string[] {
  if (path.startsWith('scripts/testing/tidy')) return [];
  const signs: [RegExp, string][] = [
    [/\b(TODO|FIXME|XXX)\b/, 'is unfinished'],
    [/\b(it|test|describe)\.(only|todo)\(/, 'runs alone or not at all'],
  ];
  return matches(text, signs).map(({ line, word }) => `${path}:${line} ${word}; finish it`);
}

function machinePaths({ path, text }: Source): string[] {
  if (path.startsWith('scripts/testing/tidy') || isTest(path)) return []; // tests feed such paths to laws
  const paths: [RegExp, string][] = [[/(?<![\w./-])\/(work|home\/\w+)\/\w/, 'names a path of one machine']];
  return matches(text, paths).map(
    ({ line, word }) => `${path}:${line} ${word}; derive it from import.meta.dirname`,
  );
}

/** Two nouns share a file that grows past this; long files with parallel parts are named here. */
const LINES_MAX = 300;
const LONG = [
  /\.gen\.ts$/,
  /\.test\.tsx?$/,
  /^constructs\/kubernetes\/monitoring\/alerts\//,
  /^app\//,
  /^sites\/traffic\/flows\.ts$/,
  /^sites\/model\.ts$/,
];

function length({ path, text }: Source): string[] {
  const lines = text.split('\n').length - 1;
  if (lines <= LINES_MAX || LONG.some((pattern) => pattern.test(path))) return [];
  return [`${path}:${lines} has ${lines} lines; find its second noun and give it a file`];
}

function untestedLaws(code: Source[]): string[] {
  const paths = new Set(code.map(({ path }) => path));
  const laws = code.filter(
    ({ path, text }) => /^policies\/.+\.ts$/.test(path) && !isTest(path) && /: Policy\b/.test(text),
  );
  return laws
    .filter(({ path }) => !paths.has(path.replace(/\.ts$/, '.test.ts')))
    .map(
      ({ path }) =>
        `${path}:1 is a law without a test; write ${basename(path).replace(/\.ts$/, '.test.ts')} beside it`,
    );
}

function matches(text: string, patterns: [RegExp, string][]): { line: number; word: string }[] {
  return text
    .split('\n')
    .flatMap((content, index) =>
      patterns.filter(([pattern]) => pattern.test(content)).map(([, word]) => ({ line: index + 1, word })),
    );
}

const withoutComments = (text: string): string =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/(?<!:)\/\/.*$/gm, '');

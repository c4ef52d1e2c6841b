import { basename } from 'node:path';

/** A source file of the project as the house rules see it. */
export interface Source {
  path: string;
  text: string;
}

/** The rules of the house as findings: `file:line what is wrong; the mend`. */
export function tidy(sources: Source[], packages: Record<string, unknown>[] = []): string[] {
  const code = sources.filter(({ path }) => /\.tsx?$/.test(path));
  return [
    ...code.flatMap(direction),
    ...code.flatMap(purity),
    ...code.flatMap(oneDoor),
    ...code.flatMap(sitesByName),
    ...code.flatMap(sitesInTests),
    ...sources.flatMap(unfinished),
    ...sources.flatMap(machinePaths),
    ...code.flatMap(length),
    ...untestedLaws(code),
    ...deadFiles(code, packages),
  ].sort();
}

const isTest = (path: string) => /\.test\.tsx?$/.test(path);
/** Tests, and what they are made of: real programs, which scripts/ starts, and files as the platform has them. */
const isForTests = (path: string) => isTest(path) || /^(scripts|app\/server|app\/web)\/testing\//.test(path);
const layer = (path: string) => path.split('/')[0]!;

/** What each layer may import: `sites <- constructs <- charts <- scripts` and `sites <- policies <- scripts`. */
const MAY_IMPORT: Record<string, string[]> = {
  sites: ['sites'],
  constructs: ['sites', 'constructs', 'app/shared/contract.ts'],
  charts: ['sites', 'constructs', 'charts', 'app/shared/contract.ts'],
  policies: ['sites', 'policies'],
  scripts: ['sites', 'constructs', 'charts', 'policies', 'scripts', 'app'],
  app: ['app'],
};
const MEND: Record<string, string> = {
  sites: 'the model knows nothing of what is made from it',
  constructs: 'pass the value as a prop',
  charts: 'move what both need down into constructs/ or sites/',
  policies: 'judge the rendered text: a judge shares no code with the accused',
  app: 'app/shared/contract.ts is the one thing that both sides know',
};

function direction({ path, text }: Source): string[] {
  const allowed = MAY_IMPORT[layer(path)];
  if (!allowed || isForTests(path)) return [];
  return importsOf(path, text).flatMap(({ target, line }) =>
    allowed.some((prefix) => target === prefix || target.startsWith(`${prefix}/`))
      ? []
      : [`${path}:${line} imports ${target}; ${MEND[layer(path)]}`],
  );
}

const IMPURE: [RegExp, string][] = [
  [/from 'node:(fs|child_process|os|net|http|dns)[/']/, 'reads the world'],
  [/\bprocess\.(env|cwd|argv|platform)\b/, 'reads its environment'],
  [/\bDate\.now\(|\bnew Date\(\)/, 'reads the clock'],
  [/\bMath\.random\(|\brandomBytes\(|\brandomUUID\(/, 'is random'],
];
const PURE = /^(sites|constructs|charts|policies)\//;
const DOORS = ['sites/load/load.ts'];
/** Makers of files in git, what only tests read, and programs that run on other machines. */
const IMPURE_FILES = /\/(generate|fixtures)\.ts$|^sites\/fixtures\/|-script\.ts$/;

function purity({ path, text }: Source): string[] {
  if (!PURE.test(path) || isTest(path) || DOORS.includes(path) || IMPURE_FILES.test(path)) return [];
  return matches(text, IMPURE).map(
    ({ line, word }) => `${path}:${line} ${word}; take the value as an argument`,
  );
}

function oneDoor({ path, text }: Source): string[] {
  if (!path.startsWith('scripts/') || path === 'scripts/lib/run.ts' || isTest(path)) return [];
  const starts: [RegExp, string][] = [[/from '(node:child_process|zx)'/, 'starts processes']];
  return matches(text, starts).map(({ line, word }) => `${path}:${line} ${word}; use scripts/lib/run.ts`);
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

/** A file lives when a program, a page or another file calls it. */
function deadFiles(code: Source[], packages: Record<string, unknown>[]): string[] {
  const called = new Set(code.flatMap(({ path, text }) => importsOf(path, text).map(({ target }) => target)));
  // A program may also start another by its name.
  const named = (path: string) =>
    code.some(({ path: by, text }) => by !== path && text.includes(`'${basename(path)}'`));
  const commands = JSON.stringify(packages);
  return code
    .filter(
      ({ path }) =>
        !isTest(path) && !called.has(path) && !named(path) && !commands.includes(path.replace(/^app\//, '')),
    )
    .filter(
      ({ path }) =>
        !/(\.config\.ts|^app\/web\/|\.d\.ts)/.test(path) && !/\bimport\.meta\.glob|autoload/.test(path),
    )
    .map(({ path }) => `${path}:1 is imported by nothing and no script runs it; delete it`);
}

function importsOf(path: string, text: string): { target: string; line: number }[] {
  const folder = path.split('/').slice(0, -1);
  return text.split('\n').flatMap((content, index) => {
    const found = /(?:from|import|import\()\s*'((?:\.{1,2}|#\w+)\/[^']+)'/.exec(content)?.[1];
    if (!found) return [];
    if (found.startsWith('#')) return [{ target: rootOf(found.slice(1)), line: index + 1 }];
    const parts = [...folder];
    for (const part of found.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '.') parts.push(part);
    }
    return [{ target: parts.join('/'), line: index + 1 }];
  });
}

/** Where the `imports` of package.json lead: `shared/…` is `app/shared/…`. */
const rootOf = (path: string): string => (/^(shared|server|web)\//.test(path) ? `app/${path}` : path);

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

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../../scripts/lib/run.ts';

/** Its release and those of all that it needs, as they were tried. @see https://schemathesis.readthedocs.io */
const RELEASES = join(import.meta.dirname, 'schemathesis.txt');
const DIGEST = createHash('sha256').update(readFileSync(RELEASES)).digest('hex').slice(0, 12);
const FOLDER = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'fredu',
  `schemathesis-${DIGEST}`,
);

/** The program, in a Python environment of its own that is made once. @throws when it cannot be had */
async function schemathesis(): Promise<string> {
  const program = join(FOLDER, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  // Environments know their path: what was left half made goes first.
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(join(FOLDER, '..'), { recursive: true });
  for (const command of [
    ['python3', '-m', 'venv', FOLDER],
    [join(FOLDER, 'bin', 'pip'), 'install', '--quiet', '--no-input', '--requirement', RELEASES],
  ] as [string, ...string[]][]) {
    const { code, stderr } = await run(command, { timeoutSeconds: 300 });
    if (code === 0) continue;
    rmSync(FOLDER, { recursive: true, force: true });
    throw new Error(`schemathesis cannot be had: ${command.join(' ')}: ${stderr.slice(-500)}`);
  }
  return program;
}

/** What one run asks, and how. */
export interface ContractRun {
  url: string;
  /** The secret of the caller; a visitor without one. */
  session?: string | undefined;
  /** What an operation is asked for that is really there: values of each parameter, such as `path.id`. */
  known: { operation: string; parameters: Record<string, (string | number)[]> }[];
  /** In which part of the requests; those of the phase `coverage` name it in all or in none. @default 0.7 */
  knownShare?: number;
  /** Refusals of data that fits the schema which are no fault. */
  alsoRight: { operation: string; statuses: number[] }[];
  /** Operations that may take data that does not fit the schema. */
  alsoTaken: string[];
  /** Operations that are asked, or that are not. */
  only?: string[] | undefined;
  without?: string[] | undefined;
  phases: string[];
  examples: number;
  folder: string;
}

/** Asks an API everything that its document says and does not say; gives what it found wrong, nothing where all was right. */
export async function contractFaults(asked: ContractRun): Promise<{ faults: string; cases: number }> {
  const config = join(asked.folder, 'schemathesis.toml');
  writeFileSync(config, configOf(asked));
  const document = join(asked.folder, 'openapi.json');
  writeFileSync(document, await documentOf(asked.url));
  const names = (flag: string, operations: string[] = []) => operations.flatMap((name) => [flag, name]);
  const { code, stdout, stderr } = await run(
    [
      await schemathesis(),
      '--config-file',
      config,
      'run',
      document,
      ...['--url', asked.url, '--phases', asked.phases.join(','), '--max-examples', String(asked.examples)],
      ...['--checks', 'all', '--seed', '1', '--continue-on-failure', '--no-shrink', '--no-color'],
      ...['--generation-database', 'none', '--request-timeout', '10', '--warnings', 'off'],
      // What a browser says of a request from our own pages; a cookie alone is not enough to change something.
      ...(asked.session ? ['--header', 'Sec-Fetch-Site: same-origin'] : []),
      ...names('--include-name', asked.only),
      ...names('--exclude-name', asked.without),
    ],
    { cwd: asked.folder, timeoutSeconds: 240 },
  );
  const cases = Number(/^\s*(\d+) generated/m.exec(stdout)?.[1] ?? 0);
  if (code === 0) return { faults: '', cases };
  const [, faults = stdout] = stdout.split(/=+ (?:FAILURES|ERRORS) =+/);
  return { faults: `${faults.slice(0, 8000)}\n${stderr.slice(-2000)}` || `ended with ${code}`, cases };
}

/** It does without a pattern that names halves of characters; no request can bear one, and the rest of the pattern counts. */
async function documentOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/openapi.json`);
  return (await answer.text()).replaceAll('\\\\ud800-\\\\udfff', '');
}

const REFUSALS = [400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428, 429, '5xx'];
function configOf({ session, known, knownShare = 0.7, alsoRight, alsoTaken }: ContractRun): string {
  // Without the version that was read a change is refused by a status of its own. @see https://www.rfc-editor.org/rfc/rfc6585
  const lines = [
    '[checks.missing_required_header]',
    'expected-statuses = [400, 401, 403, 406, 412, 415, 422, 428]',
    '[checks.negative_data_rejection]',
    `expected-statuses = ${JSON.stringify(REFUSALS)}`,
  ];
  if (session) lines.push('[auth.openapi.session]', `api_key = ${JSON.stringify(session)}`);
  const usual = ['2xx', '3xx', 401, 403, 404, 409, 429, '5xx'];
  for (const { operation, statuses } of alsoRight) {
    lines.push(
      '[[operations]]',
      `include-name = ${JSON.stringify(operation)}`,
      '[operations.checks.positive_data_acceptance]',
      `expected-statuses = ${JSON.stringify([...usual, ...statuses])}`,
    );
  }
  for (const operation of alsoTaken) {
    lines.push(
      '[[operations]]',
      `include-name = ${JSON.stringify(operation)}`,
      '[operations.checks.negative_data_rejection]',
      `expected-statuses = ${JSON.stringify(['2xx', ...REFUSALS])}`,
    );
  }
  known.forEach(({ operation, parameters }, number) => {
    const dictionaries: string[] = [];
    lines.push('[[operations]]', `include-name = ${JSON.stringify(operation)}`, '[operations.parameters]');
    for (const [name, values] of Object.entries(parameters)) {
      const dictionary = `known-${number}-${name.replace('.', '-')}`;
      const isFixed = knownShare === 1 && values.length === 1;
      const drawn = `{ dictionary = "${dictionary}", probability = ${knownShare} }`;
      lines.push(`"${name}" = ${isFixed ? JSON.stringify(values[0]) : drawn}`);
      if (!isFixed) dictionaries.push(`[dictionaries.${dictionary}]`, `values = ${JSON.stringify(values)}`);
    }
    lines.push(...dictionaries);
  });
  return `${lines.join('\n')}\n`;
}

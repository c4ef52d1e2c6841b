import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { CannotLook, main } from '../lib/main.ts';
import { ROOT } from '../lib/sites.ts';

const FLOORS = ['sites', 'constructs', 'charts', 'policies', 'scripts', 'app'];

/**
 * Imports that lead where they may not, by the rules in `.dependency-cruiser.mjs`, as `file:line imports target; the mend`.
 *
 * @param folder a tree laid out like the project's; a part of its floors will do
 */
export async function wrongImports(folder: string, floors = FLOORS): Promise<string[]> {
  const rules = await extractOptions(join(ROOT, '.dependency-cruiser.mjs'));
  const { output } = await cruise(floors, { ...rules, baseDir: folder });
  const { summary, modules } = output as ICruiseResult;
  /** As the importing file writes it. */
  const written = (from: string, to: string) =>
    modules.find(({ source }) => source === from)?.dependencies.find(({ resolved }) => resolved === to)
      ?.module;
  const mends = new Map(summary.ruleSetUsed?.forbidden?.map(({ name, comment }) => [name, comment]));
  return summary.violations
    .map((violation) => {
      const next = violation.cycle?.[0]?.name ?? violation.to;
      const line = lineOf(join(folder, violation.from), written(violation.from, next));
      return `${violation.from}:${line} imports ${whatOf(violation)}; ${mends.get(violation.rule.name)}`;
    })
    .sort();
}

/** The file itself, or all files of a circle until it is closed. */
const whatOf = ({ to, cycle = [] }: IViolation): string =>
  cycle.length > 0 ? cycle.map(({ name }) => name).join(', which imports ') : to;

function lineOf(file: string, module: string | undefined): number {
  const lines = readFileSync(file, 'utf8').split('\n');
  return (
    lines.findIndex((line) => [`'${module}'`, `'node:${module}'`].some((each) => line.includes(each))) + 1
  );
}

if (import.meta.main) {
  await main(async () => {
    const found = await wrongImports(ROOT).catch((error: Error) => {
      // Of a file that is no TypeScript it says so, and names the file in its last line.
      const file = /^\.\.\. in (.+)$/m.exec(error.message)?.[1];
      throw file ? new CannotLook(`cannot read ${file}: npx tsc --noEmit says what is wrong with it`) : error;
    });
    for (const finding of found) process.stderr.write(`${finding}\n`);
    return found.length > 0 ? 1 : 0;
  });
}

import { CannotLook, main, options } from './lib/main.ts';
import { CONDUCTED, conduct } from './lib/procedure/conduct.ts';
import { readProcedure } from './lib/procedure/read.ts';

const USAGE = `npm run procedure -- FILE [--dry-run] [--yes] [--from STEP | --only STEP…] [--undo] [--json] [--state FOLDER]
  Carries out a procedure of the tree, such as dist/dc/plans/cert-manager.yaml, step by step: each waits for its gates.
  A run that was cut goes on where it stopped (journal in .fredu/journal/); --undo takes back what is done, last step first.
  --dry-run prints the steps and starts nothing; --yes begins without asking (steps for a person ask all the same).`;

if (import.meta.main) {
  await main(() => {
    const { values, positionals } = options(USAGE, CONDUCTED, { words: true });
    const [path, ...others] = positionals;
    if (path === undefined || others.length > 0)
      throw new CannotLook(`name one file of a procedure\n${USAGE}`);
    const { site, procedure } = readProcedure(path);
    return conduct(procedure, { site, what: `npm run procedure -- ${path}`, values });
  });
}

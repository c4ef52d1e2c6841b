import { main } from './lib/main.ts';
import { upgrade } from './lib/upgrade/upgrade.ts';

const USAGE = `npm run upgrade [-- PROGRAM [RELEASE] [--finalize]] [--sites FOLDER] [--tree FOLDER] [--kubespray FOLDER] [--dry-run] [--yes] [--undo]
                      [--from STEP | --only STEP…] [--json] [--state FOLDER]
  Alone: the release of each program that stands, in which range the others hold it, and what keeps the next one away, with the page that
  says so. With a program, and without a release to the one that stands: refuses a step that its project does not support, and says the way there; else shows how it is done, site by
  site, and carries it out once the tree names that release. --finalize is CockroachDB's last step, after which no node can go back.`;

if (import.meta.main) await main(() => upgrade(USAGE));

import { main } from './lib/main.ts';
import { maintain } from './lib/maintenance.ts';

const USAGE = `npm run undrain -- HOST|MACHINE|SITE [--sites FOLDER] [--tree FOLDER] [--dry-run] [--yes] [--undo]
                           [--from STEP | --only STEP…] [--json] [--state FOLDER]
  Takes a host, all hosts of a machine, or a whole site, back after npm run drain, and waits until what was copied meanwhile is whole again.`;

if (import.meta.main) await main(() => maintain('undrain', USAGE));

import { main } from './lib/main.ts';
import { maintain } from './lib/maintenance.ts';

const USAGE = `npm run undrain -- HOST|MACHINE [--sites FOLDER] [--tree FOLDER] [--dry-run] [--yes] [--undo]
                           [--from STEP | --only STEP…] [--json] [--state FOLDER]
  Takes a host, or all hosts of a machine, back after npm run drain, and waits until what was copied meanwhile is whole again.`;

if (import.meta.main) await main(() => maintain('undrain', USAGE));

import { main } from './lib/main.ts';
import { maintain } from './lib/maintenance.ts';

const USAGE = `npm run drain -- HOST|MACHINE|SITE [--accept LOSS…] [--sites FOLDER] [--tree FOLDER] [--dry-run] [--yes] [--undo]
                         [--from STEP | --only STEP…] [--json] [--state FOLDER]
  Takes a host, or all hosts of a machine, out for maintenance: sees that everything they share with others is well, then empties one
  after the other. Refuses where a second loss would then break what platform.yaml promises to outlive; --accept names such a loss
  whose risk is taken. Of a whole site its clients go first, then its nodes of the database. npm run undrain takes the host back.`;

if (import.meta.main) await main(() => maintain('drain', USAGE));

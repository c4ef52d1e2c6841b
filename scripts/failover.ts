import { failover } from './lib/failover/failover.ts';
import { main } from './lib/main.ts';

const USAGE = `npm run failover -- --lost SITE | --return SITE | --handover SITE
                            [--accept SECONDS|unknown] [--force] [--sites FOLDER] [--dry-run] [--yes] [--undo]
                            [--from STEP | --only STEP…] [--json] [--state FOLDER]
  --lost      goes on without a site: fences it, silences what is known, lets another site take writes where it did
  --return    takes a lost site back behind the one that takes writes; ends when everything is copied
  --handover  gives a site that is well the roles of the one that takes writes; nothing is lost
  Carries out dist/<site>/plans/failover-<what>.yaml. --lost refuses while the site answers (--force), and where files would be lost
  says how many seconds of them; --accept takes that loss.`;

if (import.meta.main) await main(() => failover(USAGE));

import { certs } from './lib/certs/door.ts';
import { main } from './lib/main.ts';

await main(() => certs(process.argv.slice(2), { out: (text) => process.stdout.write(text) }));

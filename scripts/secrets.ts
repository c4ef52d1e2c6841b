import { main } from './lib/main.ts';
import { secrets } from './lib/secrets/door.ts';

await main(() => secrets(process.argv.slice(2), { out: (text) => process.stdout.write(text) }));

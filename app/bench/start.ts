import { closeOnSignals, start } from '#server/main.ts';

/** The app as `npm start` serves it, with everything that a start does: it migrates, seeds, and begins its jobs. */
const starting = start({ environment: {}, dataDir: process.argv[2]!, port: 0, metricsPort: 0 });
closeOnSignals(starting);
process.stdout.write(`${JSON.stringify({ url: (await starting).url })}\n`);

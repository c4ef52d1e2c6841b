import { join } from 'node:path';
import { CannotLook, main, options } from './lib/main.ts';
import { run } from './lib/run.ts';
import { loadModel, ROOT, SITES } from './lib/sites.ts';
import { synth } from './lib/synthesis.ts';
import { report } from './synth.ts';

const USAGE = `npm start [-- --sites FOLDER]
  Makes the whole tree below dist/, then serves the education app until Ctrl-C, on PORT (default 8080) with a database of
  its own, or with that of DATABASE_URL, and writes a page about the platform, dist/report.html.`;

await main(async () => {
  const { values } = options(USAGE, SITES);
  const model = loadModel(values.sites);
  if (!model) return 1;
  const out = join(ROOT, 'dist');
  process.stdout.write(`${report(synth(model, out), out)}\n`);
  // The app is another half of the project with libraries of its own: loaded only by who serves it.
  const [{ buildWeb }, { CannotStart }, { closeOnSignals, start }, { DEMO_PASSWORD, DEMO_PEOPLE }] =
    await Promise.all([
      import('#web/build.ts'),
      import('#server/cannot-start.ts'),
      import('#server/main.ts'),
      import('#server/seed/courses.ts'),
    ]);
  try {
    if (await buildWeb()) process.stdout.write('the pages were built\n');
    const starting = start();
    closeOnSignals(starting);
    const { url, database } = await starting;
    process.stdout.write(`${url} serves the education app (${database}); Ctrl-C stops it\n`);
    if (!process.env.DATABASE_URL) {
      const [teacher, student] = DEMO_PEOPLE;
      process.stdout.write(
        `teacher ${teacher.email}, student ${student.email}, password "${DEMO_PASSWORD}"\n`,
      );
    }
    process.stdout.write(await reported(values.sites, join(out, 'report.html')));
    return 0;
  } catch (error) {
    throw error instanceof CannotStart ? new CannotLook(error.message) : error;
  }
});

/** The page about the platform, made beside the app that answers already: the laws take seconds. */
async function reported(sites: string, file: string): Promise<string> {
  const { code, stdout, stderr } = await run([
    process.execPath,
    join(ROOT, 'scripts/report.ts'),
    ...['--sites', sites, '--out', file],
  ]);
  return code < 2 && stdout !== '' ? stdout : `there is no page about the platform: ${stderr.trimEnd()}\n`;
}

import { CannotStart } from '#server/cannot-start.ts';
import { options } from '#server/command-line.ts';
import { openDatabase } from '#server/database/database.ts';
import { migrate } from '#server/database/migrate.ts';
import { settingsOf } from '#server/settings.ts';
import { fill } from './fill.ts';

const USAGE = `npm run demo [-- --courses N] [--students N]
  Fills the database (DATABASE_URL, or the one of npm start) with people and courses to believe in; again adds what is missing.`;

const { values } = options(USAGE, {
  courses: { type: 'string', default: '2000' },
  students: { type: 'string', default: '50000' },
});
try {
  await run({ courses: count('courses', values.courses), students: count('students', values.students) });
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  process.stderr.write(`error: ${error.message.split('\n')[0]}\n${USAGE}\n`);
  process.exitCode = 2;
}

async function run(size: { courses: number; students: number }): Promise<void> {
  const database = await openDatabase(settingsOf(process.env).database);
  try {
    await migrate(database.db);
    const start = performance.now();
    await fill(database.db, size, (line) => process.stdout.write(`${line}\n`));
    process.stdout.write(`${((performance.now() - start) / 1000).toFixed(1)} s, into ${database.name}\n`);
  } finally {
    await database.close();
  }
}

function count(name: string, given: string): number {
  if (!/^\d{1,7}$/.test(given) || Number(given) === 0)
    throw new CannotStart(`--${name} is "${given}"; write a number from 1 to 9999999`);
  return Number(given);
}

import { join } from 'node:path';
import type { LabHost } from '#scripts/lib/lab/netns.ts';
import { CannotLook } from '#scripts/lib/main.ts';
import { ROOT } from '#scripts/lib/sites.ts';
import { DEMO_PASSWORD } from '#server/seed/courses.ts';
import { VARIABLES } from '#shared/contract.ts';
import type { PersonOfTwin } from '../probes.ts';

/** Past every certificate, as only the database's own host may. */
const socket = (database: string): string =>
  `postgresql://owner@localhost:26257/${database}?host=/run/database`;

/** What the app of a twin holds: a course that anybody may read, and people who follow one. */
export interface Filled {
  /** The path of its data. */
  course: string;
  people: PersonOfTwin[];
  password: string;
}

/** Enough for a school that begins its morning, beside those whom the probes are. */
const STUDENTS = 400;

/** Fills the database with a few courses and the people of a school. */
export async function fill(host: LabHost, database: string): Promise<Filled> {
  const filled = await host.run(
    [
      ...(['env', `${VARIABLES.databaseUrl}=${socket(database)}`, process.execPath] as const),
      join(ROOT, 'app/demo/main.ts'),
      ...['--courses', '20', '--students', `${STUDENTS}`],
    ],
    180,
  );
  if (filled.code !== 0)
    throw new CannotLook(`the twin's database was not filled: ${filled.stderr.slice(-500)}`);
  const asked = "select id from courses where state = 'published' and visibility = 'public' limit 1";
  const follow =
    "select p.email, min(e.course_id::text) from enrolments e join people p on p.id = e.person_id join courses c on c.id = e.course_id where p.role = 'student' and c.state = 'published' group by p.email order by p.email";
  const rows = async (statement: string) =>
    (await host.sh(`psql --host /run/database --user owner --port 26257 ${database} -Atc "${statement}"`))
      .trim()
      .split('\n')
      .map((row) => row.split('|'));
  const [[id] = []] = await rows(asked);
  const people = (await rows(follow)).map(([email = '', course = '']) => ({ email, course }));
  return { course: `/api/v1/courses/${id}`, people, password: DEMO_PASSWORD };
}

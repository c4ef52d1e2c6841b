import { join } from 'node:path';
import type { LabHost } from '#scripts/lib/lab/netns.ts';
import { CannotLook } from '#scripts/lib/main.ts';
import { ROOT } from '#scripts/lib/sites.ts';
import { VARIABLES } from '#shared/contract.ts';

/** Past every certificate, as only the database's own host may. */
const socket = (database: string): string =>
  `postgresql://owner@localhost:26257/${database}?host=/run/database`;

/** Fills the database with a few people and courses. @returns the path of a course that anybody may read */
export async function fill(host: LabHost, database: string): Promise<string> {
  const filled = await host.run(
    [
      ...(['env', `${VARIABLES.databaseUrl}=${socket(database)}`, process.execPath] as const),
      join(ROOT, 'app/demo/main.ts'),
      ...['--courses', '20', '--students', '50'],
    ],
    180,
  );
  if (filled.code !== 0)
    throw new CannotLook(`the twin's database was not filled: ${filled.stderr.slice(-500)}`);
  const asked = "select id from courses where state = 'published' and visibility = 'public' limit 1";
  const id = await host.sh(`psql --host /run/database --user owner --port 26257 ${database} -Atc "${asked}"`);
  return `/api/v1/courses/${id.trim()}`;
}

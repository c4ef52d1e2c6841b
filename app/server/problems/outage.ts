/**
 * What means that the database, and not the request, is at fault for a while: a line that broke (08), no room (53), a server that leaves
 * (57P0), a system that fails (58; CockroachDB: 58C00 for data of which no majority answers), a conflict that did not end, a commit of
 * which nobody knows (40003), a statement or a lock that took too long (57014, 55P03), and a server that only follows (25006).
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 * @see https://github.com/cockroachdb/cockroach/blob/master/pkg/sql/pgwire/pgcode/codes.go
 */
const DATABASE = /^(08...|53...|57P0.|58...|40001|40003|40P01|57014|55P03|25006)$/;
/** What a system says of a line that broke, or could not be had. */
const LINE = /^(ECONN.*|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND)$/;
/** What the driver says in words only, of a connection that broke before it was asked or while it was. */
const WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (was closed|has encountered a connection error) and is not queryable)/;

/** A part that the app asks did not answer, and will again: answered as 503, with a moment to come back. */
export class PartAway extends Error {
  constructor(part: string, cause: unknown) {
    super(`${part} does not answer: ${(cause as Error).message || (cause as Error).name}`, { cause });
  }
}

/** Whether an error means that a part of the app is away for a while, and that the same request may succeed later. */
export function isOutage(error: Error & { code?: string; syscall?: string }): boolean {
  if (error instanceof PartAway) return true;
  const { code = '', syscall, message } = error;
  // A socket in a folder that is not there.
  if (code === 'ENOENT') return syscall === 'connect';
  return DATABASE.test(code) || LINE.test(code) || WORDS.test(message);
}

import { Type } from 'typebox';
import { problemKind } from '#shared/problem.ts';

/** A cursor: the sort keys of the last item, not to be read by clients. */
export const writeCursor = (parts: unknown[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** Items in a page: at most, and where a client says nothing. */
export const PAGE_LIMIT = { default: 20, max: 100 } as const;

/** How a list is asked for, page after page, whose cursors have that shape. */
export const pageQuery = (...shape: CursorPart[]) => ({
  cursor: Type.Optional(
    Type.String({
      maxLength: 300,
      description: '`next` of the page before; absent for the first',
      examples: [writeCursor(shape.map((part) => EXAMPLES[part]))],
    }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: PAGE_LIMIT.max,
      default: PAGE_LIMIT.default,
      description: 'Items a page',
    }),
  ),
});

/** As `moment` of the database writes it, and of a day that there is: other forms mean something to one language and nothing to another. */
const isMoment = (part: string): boolean => {
  const at = Date.parse(part);
  return !Number.isNaN(at) && new Date(at).toISOString() === part && /^(?!0000)\d{4}-/.test(part);
};
/** Which column of the database a cursor's part is, for checking what came back from outside. */
const PARTS = {
  moment: (part: unknown) => typeof part === 'string' && isMoment(part),
  id: (part: unknown) => typeof part === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(part),
  number: (part: unknown) => Number.isSafeInteger(part),
  flag: (part: unknown) => part === 0 || part === 1,
} as const;
export type CursorPart = keyof typeof PARTS;
const EXAMPLES: Record<CursorPart, string | number> = {
  moment: '2026-09-01T08:00:00.000Z',
  id: '6f9c6d3e-3c1b-4b69-9f5d-0d9b1a3c7e21',
  number: 3,
  flag: 0,
};

/** The sort keys in a cursor; undefined without one. @throws a refusal for one that we did not write */
export function readCursor(cursor: string | undefined, shape: CursorPart[]): (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as (string | number)[];
    if (
      Array.isArray(parts) &&
      parts.length === shape.length &&
      shape.every((kind, at) => PARTS[kind](parts[at]))
    ) {
      return parts;
    }
  } catch {
    // Not ours; said below.
  }
  throw cursorUnknown({});
}

const cursorUnknown = problemKind('cursor-unknown', 400, {
  fr: {
    title: 'Page inconnue',
    detail: () => 'Ce curseur ne vient pas de cette liste ; reprenez-la depuis le début.',
  },
  en: { title: 'Unknown page', detail: () => 'This cursor is not from this list; start it again.' },
});

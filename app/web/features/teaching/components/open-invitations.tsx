import type { Invitation } from '#shared/schemas/course.ts';
import { date } from '#web/features/courses/words.ts';
import { More } from '#web/layout/more.tsx';
import { useInvitations, useRevoke } from '../api/teaching.ts';

/** The invitations of one kind that can still be accepted, each with a button that ends it. */
export function OpenInvitations({ courseId, kind }: { courseId: string; kind: Invitation['kind'] }) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInvitations(courseId, kind);
  const revoke = useRevoke(courseId);
  const open = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      {revoke.error && <p role="alert">{revoke.error.message}</p>}
      <ul className="teaching-list">
        {open.map(({ id, email, expiresAt, usedCount }) => (
          <li key={id}>
            <span>
              {email ?? 'Un lien'}, jusqu’au {date(expiresAt)}
              {email === null && `, utilisé ${usedCount} fois`}
            </span>
            <button
              type="button"
              className="plain-button"
              aria-label={`Révoquer l’invitation ${email ?? 'par lien'}`}
              onClick={() => revoke.mutate(id)}
            >
              Révoquer
            </button>
          </li>
        ))}
      </ul>
      <More {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </>
  );
}

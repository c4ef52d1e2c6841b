import { useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from 'react-router';
import { useEnrol } from '#web/features/courses/api/following.ts';
import { useCurrent } from '#web/features/people/api/people.ts';

/** Says who may ask and answer in a course, and makes one of them. */
export function Join({ courseId }: { courseId: string }) {
  const { data: person, isPending } = useCurrent();
  const { pathname, hash } = useLocation();
  const queries = useQueryClient();
  const enrol = useEnrol(courseId);
  if (isPending) return null;
  if (!person)
    return (
      <p>
        <Link to="/connexion" state={{ from: pathname + hash }}>
          Connectez-vous
        </Link>{' '}
        et suivez le cours pour poser une question ou répondre.
      </p>
    );
  return (
    <>
      <p>Suivez le cours pour poser une question ou répondre.</p>
      <p>
        <button
          type="button"
          aria-disabled={enrol.isPending}
          onClick={() =>
            enrol.mutate(undefined, { onSuccess: () => queries.invalidateQueries({ queryKey: ['thread'] }) })
          }
        >
          Suivre le cours
        </button>
      </p>
      {enrol.error && <p role="alert">{enrol.error.message}</p>}
    </>
  );
}

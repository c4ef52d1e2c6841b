import { Link } from 'react-router';
import { Failure } from '#web/layout/failure.tsx';
import { useAllReports, useDecide } from '../api/administration.ts';
import { Found } from './found.tsx';

/** What readers of any forum reported and nobody has decided yet, with where it stands. */
export function AllReports() {
  const list = useAllReports();
  const deciding = useDecide();
  return (
    <>
      {deciding.error && <Failure error={deciding.error} />}
      <Found list={list} nothing="Rien n’est signalé.">
        {({ id, reason, text, threadId, course }) => (
          <>
            <p className="admin-name">
              <strong>{reason}</strong>{' '}
              <Link to={threadId ? `/discussions/${threadId}` : `/cours/${course.id}/discussions`}>
                Voir dans « {course.title} »
              </Link>
            </p>
            <blockquote>{text?.slice(0, 500)}</blockquote>
            <div className="admin-doors">
              <button
                type="button"
                disabled={deciding.isPending}
                onClick={() => deciding.mutate({ id, outcome: 'removed' })}
              >
                Retirer le message
              </button>
              <button
                type="button"
                className="plain-button"
                disabled={deciding.isPending}
                onClick={() => deciding.mutate({ id, outcome: 'kept' })}
              >
                Le laisser
              </button>
            </div>
          </>
        )}
      </Found>
    </>
  );
}

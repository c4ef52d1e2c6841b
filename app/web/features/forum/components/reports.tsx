import { Link } from 'react-router';
import { Failure } from '#web/layout/failure.tsx';
import { decide, useDeed, useReports } from '../api/forum.ts';

/** What readers reported, for those who moderate; nothing when there is nothing. */
export function Reports({ courseId }: { courseId: string }) {
  const { data } = useReports(courseId, true);
  const deciding = useDeed(({ id, outcome }: { id: string; outcome: 'kept' | 'removed' }) =>
    decide(id, outcome),
  );
  if (!data || data.items.length === 0) return null;
  return (
    <section className="reports" aria-labelledby="signalements">
      <h2 id="signalements">Signalements à examiner</h2>
      {deciding.error && <Failure error={deciding.error} />}
      <ul>
        {data.items.map(({ id, reason, text, threadId }) => (
          <li key={id}>
            <p>
              <strong>{reason}</strong>{' '}
              {threadId && <Link to={`/discussions/${threadId}`}>Voir la discussion</Link>}
            </p>
            <blockquote>{text?.slice(0, 300)}</blockquote>
            <p className="forum-actions">
              <button type="button" onClick={() => deciding.mutate({ id, outcome: 'removed' })}>
                Retirer le message
              </button>
              <button
                type="button"
                className="plain-button"
                onClick={() => deciding.mutate({ id, outcome: 'kept' })}
              >
                Le laisser
              </button>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

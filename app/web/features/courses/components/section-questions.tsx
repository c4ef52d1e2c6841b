import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { answerOf, api } from '#web/api.ts';
import { count } from '../words.ts';

/** Questions that are shown below a section. */
const SHOWN = 5;

/** What others asked about this section, and the way to ask. It stands last, so that nothing moves when it comes. */
export function SectionQuestions({ courseId, sectionId }: { courseId: string; sectionId: string }) {
  const { data } = useQuery({
    queryKey: ['threads', courseId, 'section', sectionId],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/courses/{id}/threads', {
          params: { path: { id: courseId }, query: { section: sectionId, limit: SHOWN } },
          signal,
        }),
      ),
  });
  const all = `/cours/${courseId}/discussions?section=${sectionId}`;
  return (
    <section className="section-questions" aria-labelledby="questions">
      <h2 id="questions">Questions sur cette section</h2>
      {data && data.items.length > 0 && (
        <ul>
          {data.items.map(({ id, title, postCount, acceptedId }) => (
            <li key={id}>
              <Link to={`/discussions/${id}`}>{title}</Link>{' '}
              <span className="quiet">{acceptedId ? 'résolue' : count(postCount, 'réponse')}</span>
            </li>
          ))}
        </ul>
      )}
      <p>
        {data && data.items.length === 0 && 'Personne n’a encore posé de question ici. '}
        <Link to={all}>
          {data?.next ? 'Voir toutes les questions, ou en poser une' : 'Poser une question'}
        </Link>
      </p>
    </section>
  );
}

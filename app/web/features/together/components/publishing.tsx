import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Course } from '#shared/schemas/course.ts';
import { answerOf, api, from, Refused } from '#web/api.ts';
import { courseKeys } from '#web/features/courses/api/course.ts';
import { STATE_NAMES } from '#web/features/courses/words.ts';
import { Failure } from '#web/layout/failure.tsx';

/**
 * Where a course stands, in one line, with the one thing that makes its readers see what was written: for a draft that is its text and its
 * publication at once.
 */
export function Publishing({
  course,
  isChanged,
  remarks,
  disabled,
}: {
  course: Course;
  isChanged: boolean;
  /** How many things are to be seen to. */
  remarks: number;
  disabled: boolean;
}) {
  const queries = useQueryClient();
  const params = (version: number) => ({ path: { id: course.id }, header: from(version) });
  const publication = useMutation({
    mutationFn: async ({ version, over, opens }: { version: number; over: boolean; opens: boolean }) => {
      const said = isChanged
        ? await answerOf(
            api.POST('/courses/{id}/together/publication', {
              params: { ...params(version), ...(over ? { query: { over } } : {}) },
            }),
          )
        : course;
      if (!opens) return said;
      return answerOf(
        api.PUT('/courses/{id}/state', { params: params(said.version), body: { state: 'published' } }),
      );
    },
    onSuccess: async (published) => {
      await queries.invalidateQueries({ queryKey: courseKeys.all(course.id) });
      queries.setQueryData(courseKeys.whole(course.id), published);
      for (const list of ['my-courses', 'courses', 'revisions'])
        void queries.invalidateQueries({ queryKey: [list] });
    },
    // Changed in another way meanwhile: the next try goes out from there, and the other version stays in the history.
    onError: () => queries.invalidateQueries({ queryKey: courseKeys.all(course.id) }),
  });
  const { error, variables } = publication;
  const isDisabled = disabled || publication.isPending;
  const publish = (opens: boolean, over = false, version = course.version) =>
    publication.mutate({ version, over, opens });
  const isOpen = course.state === 'published';
  return (
    <div className="state-line">
      <p>
        <strong>{STATE_NAMES[course.state]}</strong> ·{' '}
        {isChanged ? `modifié depuis la version ${course.version}` : `version ${course.version}`}
      </p>
      {course.state !== 'deleted' && (isChanged || !isOpen) && (
        <button type="button" disabled={isDisabled} onClick={() => publish(!isOpen)}>
          {isOpen ? 'Publier les modifications' : 'Publier le cours'}
        </button>
      )}
      {!isOpen && isChanged && (
        <button type="button" className="plain-button" disabled={isDisabled} onClick={() => publish(false)}>
          Garder comme version
        </button>
      )}
      {remarks > 0 && isChanged && (
        <p className="quiet">
          {remarks === 1 ? '1 point à revoir' : `${remarks} points à revoir`} avant de publier : « À revoir ».
        </p>
      )}
      <p role="status">
        {publication.isSuccess &&
          (publication.data.state === 'published'
            ? `Publié : version ${publication.data.version} du cours.`
            : `Gardé : version ${publication.data.version} du cours.`)}
      </p>
      {error && <Failure error={error} />}
      {variables &&
        error instanceof Refused &&
        error.problem.type === '/problems/together-changed-elsewhere' && (
          <div className="together-choice">
            <Link to={`/cours/${course.id}/gerer#versions`} target="_blank">
              Voir les versions du cours (nouvel onglet)
            </Link>
            {/* Over the version that was announced, and none that came later. */}
            <button
              type="button"
              disabled={isDisabled}
              onClick={() => publish(variables.opens, true, variables.version)}
            >
              Publier par-dessus la version {variables.version}
            </button>
          </div>
        )}
    </div>
  );
}

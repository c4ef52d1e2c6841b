import { Failure } from '../../../layout/failure.tsx';
import { Page } from '../../../layout/page.tsx';
import { Waiting } from '../../../layout/waiting.tsx';
import { useCourses } from '../api/courses.ts';
import { CourseCard } from './course-card.tsx';
import './courses.css';

/** The list of courses. */
export function CoursesPage() {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useCourses();
  const courses = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title="Les cours">
      <p className="intro">
        Ouverts à tous, écrits par des enseignants, à lire sur un téléphone comme sur un ordinateur.
      </p>
      {isPending && <Waiting />}
      {error && <Failure error={error} retry={() => refetch()} />}
      {data && courses.length === 0 && <p>Aucun cours n’est publié pour l’instant.</p>}
      <ul className="courses">
        {courses.map((course) => (
          <li key={course.id}>
            <CourseCard course={course} />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <p className="more">
          <button type="button" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
            {isFetchingNextPage ? 'Chargement…' : 'Voir d’autres cours'}
          </button>
        </p>
      )}
    </Page>
  );
}

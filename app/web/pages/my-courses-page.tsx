import { Link } from 'react-router';
import { useMyCourses } from '../features/courses/api/courses.ts';
import { CourseCard } from '../features/courses/components/course-card.tsx';
import { useCurrent } from '../features/people/api/people.ts';
import { Failure } from '../layout/failure.tsx';
import { More } from '../layout/more.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';
import '../features/courses/components/courses.css';

/** The courses that I follow, with how far I am, and those that I write. */
export function MyCoursesPage() {
  const { data: person, isPending } = useCurrent();
  if (isPending) return <Waiting as="cards" />;
  return (
    <Page title="Mes cours">
      {person ? (
        <>
          {person.role !== 'student' && (
            <>
              <p>
                <Link to="/cours/nouveau">Commencer un cours</Link>
              </p>
              <Courses as="author" title="Cours que j’écris" empty="Vous n’écrivez encore aucun cours." />
            </>
          )}
          <Courses as="follower" title="Cours suivis" empty="Vous ne suivez encore aucun cours." />
        </>
      ) : (
        <p>
          <Link to="/connexion" state={{ from: '/mes-cours' }}>
            Connectez-vous
          </Link>{' '}
          pour retrouver vos cours.
        </p>
      )}
    </Page>
  );
}

function Courses({ as, title, empty }: { as: 'author' | 'follower'; title: string; empty: string }) {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useMyCourses(as);
  const courses = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby={as}>
      <h2 id={as}>{title}</h2>
      {isPending && <Waiting as="cards" />}
      {error && <Failure error={error} retry={() => refetch()} />}
      {data && courses.length === 0 && (
        <p>
          {empty} <Link to="/">Voir les cours</Link>
        </p>
      )}
      <ul className="courses">
        {courses.map((course) => (
          <li key={course.id}>
            <CourseCard course={course} {...(as === 'follower' ? { doneCount: course.doneCount } : {})} />
          </li>
        ))}
      </ul>
      <More {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </section>
  );
}

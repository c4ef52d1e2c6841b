import { Link, useSearchParams } from 'react-router';
import { useCourses, useFacets } from '../features/courses/api/courses.ts';
import { useHome } from '../features/courses/api/home.ts';
import { CourseCard } from '../features/courses/components/course-card.tsx';
import { CourseSearchForm, useCourseSearch } from '../features/courses/components/course-search.tsx';
import { Facets } from '../features/courses/components/facets.tsx';
import { Own, Subjects } from '../features/courses/components/home.tsx';
import { count } from '../features/courses/words.ts';
import { useCurrent } from '../features/people/api/people.ts';
import { Failure } from '../layout/failure.tsx';
import { More } from '../layout/more.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';
import { cameWithThePage } from '../read-page.ts';
import '../features/courses/components/courses.css';

/** The list of courses, and what a search finds in it. */
export function CoursesPage() {
  const search = useCourseSearch();
  const [address, setAddress] = useSearchParams();
  const {
    data,
    error,
    isPending,
    isPlaceholderData,
    hasNextPage,
    isFetchingNextPage,
    fetchNextPage,
    refetch,
  } = useCourses(search);
  const { data: facets, isPlaceholderData: areOldFacets } = useFacets(search);
  const found = isPlaceholderData ? undefined : data;
  const courses = data?.pages.flatMap((page) => page.items) ?? [];
  const suggestion = data?.pages[0]?.suggestion;
  const { sort: _, ...narrowing } = search;
  const isNarrowed = Object.values(narrowing).some((each) => each !== undefined);
  const isHome = !isNarrowed && search.sort === undefined;
  const { person, own, isKnown } = useOwn();
  return (
    <Page title="Les cours">
      {isHome && isKnown && own && <Own home={own} />}
      {(!isHome || !person) && (
        <p className="intro">
          Ouverts à tous, écrits par des enseignants, à lire sur un téléphone comme sur un ordinateur.
        </p>
      )}
      <CourseSearchForm />
      {isHome && !isKnown && <Waiting as="cards" />}
      {isHome && isKnown && facets && <Subjects facets={facets} />}
      {isHome && <h2 className="home-title">Les plus récents</h2>}
      <div className={isHome ? 'catalogue catalogue-whole' : 'catalogue'}>
        <Facets facets={facets} />
        <div>
          {isPending && <Waiting as="cards" />}
          {error && <Failure error={error} retry={() => refetch()} />}
          <p role="status" className={courses.length > 0 ? 'quiet' : undefined}>
            {found && courses.length === 0 && !isNarrowed && 'Aucun cours n’est publié pour l’instant.'}
            {found && courses.length === 0 && isNarrowed && 'Aucun cours ne correspond à cette recherche.'}
            {found &&
              courses.length > 0 &&
              isNarrowed &&
              facets &&
              !areOldFacets &&
              `${count(Math.max(facets.total, courses.length), 'cours trouvé', 'cours trouvés')}.`}
          </p>
          {found && suggestion !== undefined && (
            <p>
              Vouliez-vous dire{' '}
              <Link to={`?${withWords(address, suggestion)}`}>
                <strong>{suggestion}</strong>
              </Link>{' '}
              ?
            </p>
          )}
          {found && courses.length === 0 && isNarrowed && (
            <p>
              <button type="button" onClick={() => setAddress({})}>
                Voir tous les cours
              </button>
            </p>
          )}
          <ul className="courses">
            {courses.map((course) => (
              <li key={course.id}>
                <CourseCard course={course} />
              </li>
            ))}
          </ul>
          <More label="Voir d’autres cours" {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
        </div>
      </div>
    </Page>
  );
}

/**
 * What somebody who is signed in comes back for. The server draws the page for visitors and sends others one that is not drawn: there nothing
 * is shown before it is known who reads it, so that nothing moves.
 */
function useOwn() {
  const { data: person, isPending } = useCurrent();
  const { data: own, isPending: isOwnPending } = useHome(person?.id);
  const isForVisitors = import.meta.env.SSR || cameWithThePage();
  return {
    person,
    own,
    isKnown: isPending ? isForVisitors : !person || !isOwnPending,
  };
}

/** The address of the same search by other words. */
function withWords(address: URLSearchParams, words: string): string {
  const other = new URLSearchParams(address);
  other.set('q', words);
  return String(other);
}

import { Link, useParams } from 'react-router';
import type { Course } from '#shared/schemas/course.ts';
import { useCourse, useIsAuthor } from '../features/courses/api/course.ts';
import { Authors } from '../features/teaching/components/authors.tsx';
import { Invitations } from '../features/teaching/components/invitations.tsx';
import { Revisions } from '../features/teaching/components/revisions.tsx';
import { Settings } from '../features/teaching/components/settings.tsx';
import { State } from '../features/teaching/components/state.tsx';
import { Failure } from '../layout/failure.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';

/** Where authors see to a course: what it says of itself, who reads it, who writes it, what it said before. */
export function ManagePage() {
  const { id = '' } = useParams();
  const { data: course, error, refetch } = useCourse(id);
  if (!course) return error ? <Failure error={error} retry={() => refetch()} /> : <Waiting />;
  return (
    <Page
      title={`Gérer « ${course.title} »`}
      lead={
        <p className="back">
          <Link to={`/cours/${id}`}>← Le cours</Link>
        </p>
      }
    >
      <Managed key={id} course={course} />
    </Page>
  );
}

function Managed({ course }: { course: Course }) {
  if (!useIsAuthor(course)) return <p>Seuls ses auteurs gèrent un cours.</p>;
  return (
    <div className="teaching">
      <State course={course} />
      <Settings course={course} />
      <Authors course={course} />
      <Invitations course={course} />
      <Revisions course={course} />
    </div>
  );
}

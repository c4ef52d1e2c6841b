import { Link, useParams } from 'react-router';
import { Failure } from '../../../layout/failure.tsx';
import { Page } from '../../../layout/page.tsx';
import { Waiting } from '../../../layout/waiting.tsx';
import { useCourse } from '../../courses/api/course.ts';
import { Authors } from './authors.tsx';
import { Invitations } from './invitations.tsx';
import { Revisions } from './revisions.tsx';
import { Settings } from './settings.tsx';
import { State } from './state.tsx';

/** Where authors see to a course: what it says of itself, who reads it, who writes it, what it said before. */
export function ManagePage() {
  const { id = '' } = useParams();
  const { data: course, error, isPending, refetch } = useCourse(id);
  if (isPending) return <Waiting />;
  if (error) return <Failure error={error} retry={() => refetch()} />;
  return (
    <Page
      title={`Gérer « ${course.title} »`}
      lead={
        <p className="back">
          <Link to={`/cours/${id}`}>← Le cours</Link>
        </p>
      }
    >
      {course.mine?.author ? (
        <div className="teaching">
          <State course={course} />
          <Settings course={course} />
          <Authors course={course} />
          <Invitations course={course} />
          <Revisions course={course} />
        </div>
      ) : (
        <p>Seuls ses auteurs gèrent un cours.</p>
      )}
    </Page>
  );
}

import { Link, useParams } from 'react-router';
import { useOutline } from '../features/courses/api/course.ts';
import { useStatistics } from '../features/teaching/api/teaching.ts';
import { Statistics } from '../features/teaching/components/statistics.tsx';
import { FailedPage } from '../layout/failed-page.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';
import '../features/teaching/components/teaching.css';

/** Where authors see how a course of theirs is followed. */
export function StatisticsPage() {
  const { id = '' } = useParams();
  const { data: course } = useOutline(id);
  const { data: found, error, refetch } = useStatistics(id);
  if (error && !found) return <FailedPage error={error} retry={() => void refetch()} />;
  return (
    <Page
      title="Suivi du cours"
      {...(course ? { within: course.title } : {})}
      lead={
        <p className="back">
          <Link to={`/cours/${id}`}>← {course?.title ?? 'Le cours'}</Link>
        </p>
      }
    >
      {found ? <Statistics courseId={id} found={found} /> : <Waiting />}
    </Page>
  );
}

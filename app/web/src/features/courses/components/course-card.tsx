import { Link } from 'react-router';
import type { CourseItem } from '../../../../../server/schemas/course.ts';
import { count, names } from '../words.ts';
import { Subject } from './subject.tsx';

/** A course in a list; its whole surface leads to its page. */
export function CourseCard({ course }: { course: CourseItem }) {
  return (
    <article className="card">
      <Subject name={course.subject} />
      <h2>
        <Link to={`/cours/${course.id}`}>{course.title}</Link>
      </h2>
      <p className="summary">{course.summary}</p>
      <p className="authors">{names(course.authors)}</p>
      <p className="facts">
        <span>{course.level}</span>
        <span>{count(course.sectionCount, 'section')}</span>
        <span>{count(course.fileCount, 'fichier')}</span>
      </p>
    </article>
  );
}

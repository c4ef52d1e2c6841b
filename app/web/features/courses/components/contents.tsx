import { Link } from 'react-router';
import type { CourseOutline } from '#shared/schemas/course.ts';
import { duration } from '../words.ts';
import './lesson.css';

/** The sections of a course in their order, with what each takes and which are done. */
export function Contents({ course, current }: { course: CourseOutline; current?: string }) {
  const done = new Set(course.mine?.done);
  return (
    <ol className="contents" lang={course.language}>
      {course.sections.map(({ id, title, minutes }) => (
        <li key={id}>
          <Link to={`/cours/${course.id}/${id}`} aria-current={id === current ? 'page' : undefined}>
            <span className="contents-title">{title}</span>
            <span className="quiet" lang="fr">
              {duration(minutes)}
              {done.has(id) && ' · terminé'}
            </span>
          </Link>
        </li>
      ))}
    </ol>
  );
}

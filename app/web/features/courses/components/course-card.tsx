import { Link } from 'react-router';
import type { CourseItem } from '#shared/schemas/course.ts';
import { count, mark, names, STATE_NAMES } from '../words.ts';
import { Marked } from './marked.tsx';
import { Subject } from './subject.tsx';

/** A course in a list; its whole surface leads to its page, its subject and level to those that share them. */
export function CourseCard({ course, doneCount }: { course: CourseItem; doneCount?: number }) {
  return (
    <article className="card">
      <Subject name={course.subject} leads />
      <h2>
        <Link to={`/cours/${course.id}`}>
          <Marked text={course.title} />
        </Link>
      </h2>
      {course.state !== 'published' && <p className="card-state">{STATE_NAMES[course.state]}</p>}
      <p className="summary">
        <Marked text={course.summary} />
      </p>
      <p className="authors">
        <Marked text={names(course.authors)} />
      </p>
      {doneCount !== undefined && (
        <p className="card-progress">
          <progress
            max={Math.max(1, course.sectionCount)}
            value={doneCount}
            aria-label={`Avancement dans ${course.title}`}
          />
          {doneCount} sur {count(course.sectionCount, 'section')}
        </p>
      )}
      <p className="facts">
        <span>
          <Link
            className="level-link"
            to={{ pathname: '/', search: `?niveau=${encodeURIComponent(course.level)}` }}
          >
            {course.level}
          </Link>
        </span>
        {doneCount === undefined && <span>{count(course.sectionCount, 'section')}</span>}
        {course.fileCount > 0 && <span>{count(course.fileCount, 'fichier')}</span>}
        {course.rating.mean !== null && <span>{mark(course.rating)}</span>}
      </p>
    </article>
  );
}

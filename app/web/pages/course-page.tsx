import { Link, useParams } from 'react-router';
import type { Course } from '#shared/schemas/course.ts';
import { useCourse } from '../features/courses/api/course.ts';
import { Following, SectionDone } from '../features/courses/components/following.tsx';
import { Subject } from '../features/courses/components/subject.tsx';
import { date, names } from '../features/courses/words.ts';
import { CourseFiles } from '../features/files/components/course-files.tsx';
import { Failure } from '../layout/failure.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import '../features/courses/components/courses.css';

/** A course: its contents, its sections in order, its files. */
export function CoursePage() {
  const { id = '' } = useParams();
  const { data: course, error, refetch } = useCourse(id);
  if (!course) {
    if (!error) return <Waiting />;
    return (
      <>
        <BackToCourses />
        <Failure error={error} retry={() => refetch()} />
      </>
    );
  }
  const named = { courseId: course.id, files: course.files, isAuthor: course.mine?.author === true };
  return (
    <article className="course">
      <div className="course-head">
        <Page
          title={course.title}
          lead={
            <>
              <BackToCourses />
              <Subject name={course.subject} leads />
            </>
          }
        >
          <p className="intro">{course.summary}</p>
          <p className="facts">
            <span>{names(course.authors)}</span>
            <span>{course.level}</span>
            {course.publishedAt && <span>Publié le {date(course.publishedAt)}</span>}
          </p>
        </Page>
      </div>
      <aside className="course-side">
        <nav aria-label="Sommaire">
          <h2>Sommaire</h2>
          <ol>
            {course.sections.map((section) => (
              <li key={section.id}>
                <a href={`#section-${section.id}`}>{section.title}</a>
                {course.mine?.done.includes(section.id) && <span className="quiet"> – terminé</span>}
              </li>
            ))}
          </ol>
        </nav>
        <ul className="course-doors">
          <li>
            <Link to={`/cours/${course.id}/discussions`}>Questions et réponses</Link>
          </li>
          {course.mine?.author && (
            <li>
              <Link to={`/cours/${course.id}/gerer`}>Gérer ce cours</Link>
            </li>
          )}
          {course.mine?.author && (
            <li>
              <Link to={`/cours/${course.id}/ecrire`}>Écrire ce cours à plusieurs</Link>
            </li>
          )}
        </ul>
        <Following course={course} />
        <CourseFiles course={course} />
      </aside>
      <div className="course-text">
        {course.sections.map((section) => (
          <section key={section.id} aria-labelledby={`section-${section.id}`}>
            <h2 id={`section-${section.id}`}>{section.title}</h2>
            {course.format === 'markdown' ? (
              <Markdown text={section.body} course={named} />
            ) : (
              <p className="plain">{section.body}</p>
            )}
            <SectionDone course={course} section={section} />
          </section>
        ))}
        <Teachers authors={course.authors} />
      </div>
    </article>
  );
}

/** What the authors write of themselves, of those who wrote anything. */
function Teachers({ authors }: Pick<Course, 'authors'>) {
  const introduced = authors.filter(({ about }) => about !== '');
  if (introduced.length === 0) return null;
  return (
    <section className="teachers" aria-labelledby="teachers">
      <h2 id="teachers">Qui enseigne</h2>
      <dl>
        {introduced.map(({ id, name, about }) => (
          <div key={id}>
            <dt>{name}</dt>
            <dd className="plain">{about}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const BackToCourses = () => (
  <p className="back">
    <Link to="/">← Tous les cours</Link>
  </p>
);

import { useEffect } from 'react';
import { Link, useLocation, useNavigate, useParams } from 'react-router';
import type { CourseOutline } from '#shared/schemas/course.ts';
import { isMissing } from '../api.ts';
import { useOutline } from '../features/courses/api/course.ts';
import { Contents } from '../features/courses/components/contents.tsx';
import { CourseMissing } from '../features/courses/components/course-missing.tsx';
import { Following, Rating } from '../features/courses/components/following.tsx';
import { KeepCourse } from '../features/courses/components/keep-course.tsx';
import { Subject } from '../features/courses/components/subject.tsx';
import { count, date, duration, mark, names, STATES } from '../features/courses/words.ts';
import { CourseFiles } from '../features/files/components/course-files.tsx';
import { FailedPage } from '../layout/failed-page.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';
import '../features/courses/components/courses.css';

/** A course: what it is about, who wrote it, what it has, and the way into it. */
export function CoursePage() {
  const { id = '' } = useParams();
  const { data: course, error, refetch } = useOutline(id);
  useFormerAddress(course);
  if (!course) {
    if (!error) return <Waiting as="lines" />;
    if (isMissing(error)) return <CourseMissing />;
    return <FailedPage error={error} retry={() => refetch()} lead={<BackToCourses />} />;
  }
  const minutes = course.sections.reduce((sum, section) => sum + section.minutes, 0);
  return (
    <article className="course">
      <header className="course-head">
        <Page
          title={course.title}
          {...(course.language === 'fr' ? {} : { lang: course.language })}
          lead={
            <>
              <BackToCourses />
              <Subject name={course.subject} leads />
            </>
          }
        >
          {course.state !== 'published' && <p className="state-mark">{STATES[course.state]}</p>}
          <p className="intro" lang={course.language}>
            {course.summary}
          </p>
          <p className="facts">
            <span>{names(course.authors)}</span>
            <span>{course.level}</span>
            <span>{count(course.sections.length, 'section')}</span>
            {minutes > 0 && <span>{duration(minutes)}</span>}
            {course.rating.mean !== null && <span>{mark(course.rating)}</span>}
            {course.publishedAt && <span>Publié le {date(course.publishedAt)}</span>}
          </p>
        </Page>
        <Following course={course} />
      </header>
      <section className="course-contents" aria-labelledby="sommaire">
        <h2 id="sommaire">Sommaire</h2>
        {course.sections.length > 0 ? (
          <Contents course={course} />
        ) : (
          <p>
            {course.mine?.author
              ? 'Ce cours n’a pas encore de section publiée : écrivez-le, puis publiez ce texte dans le cours.'
              : 'Ce cours n’a pas encore de section.'}
          </p>
        )}
      </section>
      <aside className="course-side" aria-label="Autour du cours">
        <ul className="course-doors">
          <li>
            <Link to={`/cours/${course.id}/discussions`}>Questions et réponses</Link>
          </li>
          {course.mine?.author && (
            <>
              <li>
                <Link to={`/cours/${course.id}/gerer`}>Gérer ce cours</Link>
              </li>
              <li>
                <Link to={`/cours/${course.id}/suivi`}>Suivi du cours</Link>
              </li>
              <li>
                <Link to={`/cours/${course.id}/ecrire`}>Écrire ce cours</Link>
              </li>
            </>
          )}
        </ul>
        <CourseFiles course={course} />
        <KeepCourse course={course} />
        {course.mine?.enrolled && <Rating key={course.mine.score} course={course} />}
      </aside>
      <Teachers authors={course.authors} />
    </article>
  );
}

/** A section had its place on this page once, and has one of its own now: whoever kept that address is led there. */
function useFormerAddress(course: CourseOutline | undefined): void {
  const { hash } = useLocation();
  const navigate = useNavigate();
  const former = course?.sections.find(({ id }) => hash === `#section-${id}`);
  useEffect(() => {
    if (course && former) void navigate(`/cours/${course.id}/${former.id}`, { replace: true });
  }, [course, former, navigate]);
}

/** What the authors write of themselves, of those who wrote anything. */
function Teachers({ authors }: Pick<CourseOutline, 'authors'>) {
  const introduced = authors.filter(({ about }) => about !== '');
  if (introduced.length === 0) return null;
  return (
    <section className="teachers" aria-labelledby="teachers">
      <h2 id="teachers">Enseignants</h2>
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

import { useRef } from 'react';
import { Link, useParams } from 'react-router';
import type { CourseOutline } from '#shared/schemas/course.ts';
import { isMissing } from '../api.ts';
import { useNextSection, useOutline, useSection } from '../features/courses/api/course.ts';
import { useKeptPlace, useSecondOfAddress } from '../features/courses/api/home.ts';
import { Contents } from '../features/courses/components/contents.tsx';
import { CourseMissing } from '../features/courses/components/course-missing.tsx';
import { GoingOn, SectionDone } from '../features/courses/components/going-on.tsx';
import { Notes } from '../features/courses/components/notes.tsx';
import { SectionQuestions } from '../features/courses/components/section-questions.tsx';
import { count, duration } from '../features/courses/words.ts';
import { CourseFiles } from '../features/files/components/course-files.tsx';
import { FailedPage } from '../layout/failed-page.tsx';
import { Failure } from '../layout/failure.tsx';
import { NotFound } from '../layout/not-found.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';
import { Text } from '../markdown/text.tsx';
import '../features/courses/components/courses.css';

const CONTENTS = 'sommaire';

/** One section of a course, with the way to the others. */
export function LessonPage() {
  const { id = '', section = '' } = useParams();
  const { data: course, error, refetch } = useOutline(id);
  if (!course) {
    if (!error) return <Waiting as="lines" />;
    return isMissing(error) ? <CourseMissing /> : <FailedPage error={error} retry={() => refetch()} />;
  }
  const at = course.sections.findIndex((each) => each.id === section);
  if (at < 0) return <NotFound />;
  return <Lesson key={section} course={course} at={at} />;
}

function Lesson({ course, at }: { course: CourseOutline; at: number }) {
  const section = course.sections[at]!;
  const { data: text, error, refetch } = useSection(course.id, section.id);
  useNextSection(course.id, text && course.sections[at + 1]?.id);
  const body = useRef<HTMLDivElement>(null);
  const isFollowed = course.mine?.enrolled === true;
  useKeptPlace({ courseId: course.id, sectionId: section.id, isFollowed }, body);
  useSecondOfAddress(text !== undefined, body);
  return (
    <div className="lesson">
      <nav className="lesson-contents" id={CONTENTS} popover="auto" aria-label="Sommaire">
        <p className="lesson-course">
          <Link to={`/cours/${course.id}`}>{course.title}</Link>
        </p>
        <Contents course={course} current={section.id} />
      </nav>
      <article className="lesson-text">
        <Page
          title={section.title}
          within={course.title}
          lead={
            <div className="lesson-lead">
              <p className="back">
                <Link to={`/cours/${course.id}`}>← {course.title}</Link>
              </p>
              <button type="button" className="plain-button lesson-drawer" popoverTarget={CONTENTS}>
                Sommaire
              </button>
            </div>
          }
        >
          <p className="facts">
            <span>
              Section {at + 1} sur {course.sections.length}
            </span>
            <span>{duration(section.minutes)}</span>
            {course.mine?.enrolled && <span>{count(course.mine.done.length, 'terminée')}</span>}
          </p>
          <div ref={body} className="lesson-body" lang={course.language} dir="auto">
            {text ? (
              <Text html={text.html} of={section.id} />
            ) : error ? (
              <Failure error={error} retry={() => refetch()} />
            ) : (
              <Waiting as="lines" />
            )}
          </div>
          <SectionDone course={course} section={section} />
          <GoingOn course={course} at={at} />
          <p className="lesson-tools">
            <Link to={`/cours/${course.id}/discussions`}>Questions sur tout le cours</Link>
            <button type="button" className="plain-button" onClick={() => print()}>
              Imprimer
            </button>
          </p>
          {course.mine?.author && <CourseFiles course={course} />}
          {course.mine && <Notes courseId={course.id} sectionId={section.id} />}
          <SectionQuestions courseId={course.id} sectionId={section.id} />
        </Page>
      </article>
    </div>
  );
}

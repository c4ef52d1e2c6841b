import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { Course } from '#shared/schemas/course.ts';
import { useCourse, useIsAuthor } from '../features/courses/api/course.ts';
import { useCurrent } from '../features/people/api/people.ts';
import { Connection } from '../features/together/api/connection.ts';
import { Workshop } from '../features/together/components/workshop.tsx';
import { Failure } from '../layout/failure.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';

/** A course as its authors write it at once. */
export function TogetherPage() {
  const { id = '' } = useParams();
  const { data: course, error, refetch } = useCourse(id);
  if (!course) return error ? <Failure error={error} retry={() => refetch()} /> : <Waiting />;
  return (
    <Page
      title={`Écrire « ${course.title} »`}
      lead={
        <p className="back">
          <Link to={`/cours/${id}`}>← Le cours</Link>
          {' · '}
          <Link to={`/cours/${id}/gerer`}>Gérer ce cours</Link>
        </p>
      }
    >
      <Writing key={id} course={course} />
    </Page>
  );
}

function Writing({ course }: { course: Course }) {
  if (!useIsAuthor(course)) return <p>Seuls les auteurs de ce cours peuvent l’écrire.</p>;
  return <Editor course={course} />;
}

function Editor({ course }: { course: Course }) {
  const { data: person } = useCurrent();
  const [writer, setWriter] = useState<string>();
  const [connection, setConnection] = useState<Connection>();
  // Whoever began stays the writer of this page, also when their session ends.
  if (person && !writer) setWriter(person.id);
  useEffect(() => {
    if (!writer) return undefined;
    const opened = new Connection(course.id, writer);
    setConnection(opened);
    return () => opened.close();
  }, [course.id, writer]);
  return connection ? <Workshop connection={connection} course={course} /> : <Waiting />;
}

import { useId, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import type { CourseOutline } from '#shared/schemas/course.ts';
import { useOutline } from '../features/courses/api/course.ts';
import { count } from '../features/courses/words.ts';
import { ask, type ThreadItem, useDeed, useThreads } from '../features/forum/api/forum.ts';
import { BodyForm } from '../features/forum/components/body-form.tsx';
import { Join } from '../features/forum/components/join.tsx';
import { Reports } from '../features/forum/components/reports.tsx';
import { ago, type Named, nameOf, naming } from '../features/forum/words.ts';
import { NotificationsLink } from '../features/notifications/components/notifications-link.tsx';
import { FailedPage } from '../layout/failed-page.tsx';
import { Failure } from '../layout/failure.tsx';
import { More } from '../layout/more.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';
import '../features/forum/components/forum.css';

/** The questions of a course. */
export function ForumPage() {
  const { id = '' } = useParams();
  const { data: course, error, refetch } = useOutline(id);
  const [address] = useSearchParams();
  if (!course) return error ? <FailedPage error={error} retry={() => refetch()} /> : <Waiting as="lines" />;
  const section = course.sections.find((each) => each.id === address.get('section'));
  return (
    <Page
      title={`Questions sur « ${(section ?? course).title} »`}
      {...(section ? { within: course.title } : {})}
      lead={
        <p className="back">
          {section ? (
            <Link to={`/cours/${id}/${section.id}`}>← {section.title}</Link>
          ) : (
            <Link to={`/cours/${id}`}>← Le cours</Link>
          )}
        </p>
      }
    >
      {section && (
        <p>
          <Link to={`/cours/${id}/discussions`}>Toutes les questions du cours</Link>
        </p>
      )}
      {course.mine && <NotificationsLink />}
      {course.mine?.author && <Reports courseId={id} />}
      <Asking course={course} sectionId={section?.id} />
      <Threads key={section?.id} courseId={id} sectionId={section?.id} />
    </Page>
  );
}

/** Where a question is asked. One that was begun stays when the session has ended meanwhile. */
function Asking({ course, sectionId }: { course: CourseOutline; sectionId: string | undefined }) {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const title = useId();
  const asking = useDeed(async (wanted: { title: string; body: string; meant: Named[] }) => {
    const { id } = await ask(course.id, {
      title: wanted.title,
      body: naming(wanted.body, wanted.meant, course.authors),
      ...(sectionId ? { sectionId } : {}),
    });
    await navigate(`/discussions/${id}`);
  });
  if (!open && !course.mine) {
    return <Join courseId={course.id} />;
  }
  if (!open) {
    return (
      <p>
        <button type="button" onClick={() => setOpen(true)}>
          Poser une question
        </button>
      </p>
    );
  }
  return (
    <BodyForm
      courseId={course.id}
      label="Votre question"
      action="Envoyer la question"
      isPending={asking.isPending}
      error={asking.error}
      onSend={(body, meant, form) => asking.mutate({ title: String(form.get('title')), body, meant })}
      onCancel={() => setOpen(false)}
    >
      <label htmlFor={title}>Titre</label>
      <input id={title} name="title" required maxLength={200} />
    </BodyForm>
  );
}

function Threads({ courseId, sectionId }: { courseId: string; sectionId: string | undefined }) {
  const [unanswered, setUnanswered] = useState(false);
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useThreads(
    courseId,
    unanswered,
    sectionId,
  );
  const threads = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-label="Questions">
      <p>
        <label className="forum-check">
          <input
            type="checkbox"
            checked={unanswered}
            onChange={(event) => setUnanswered(event.target.checked)}
          />
          Sans réponse seulement
        </label>
      </p>
      {isPending && <Waiting as="lines" />}
      {error && <Failure error={error} retry={() => refetch()} />}
      {data && threads.length === 0 && <p>Aucune question pour l’instant.</p>}
      <ul className="threads">
        {threads.map((thread) => (
          <li key={thread.id}>
            <ThreadLine thread={thread} isNamed={!sectionId} />
          </li>
        ))}
      </ul>
      <More label="Voir d’autres questions" {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </section>
  );
}

function ThreadLine({ thread, isNamed }: { thread: ThreadItem; isNamed: boolean }) {
  return (
    <article className="thread-line">
      <h2>
        <Link to={`/discussions/${thread.id}`}>{thread.title}</Link>
      </h2>
      <p className="quiet">
        {thread.pinned && <span className="badge">Épinglée</span>}
        {thread.locked && <span className="badge">Fermée</span>}
        {thread.acceptedId && <span className="badge badge-good">Résolue</span>}
        {isNamed && thread.section && <span>{thread.section.title} · </span>}
        <span>{nameOf(thread.author)}</span> · <span>{count(thread.postCount, 'réponse')}</span> ·{' '}
        <time dateTime={thread.activeAt}>{ago(thread.activeAt)}</time>
      </p>
    </article>
  );
}

import { useRef, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useOutline } from '../features/courses/api/course.ts';
import { count } from '../features/courses/words.ts';
import {
  accept,
  answer,
  moderate,
  type Post,
  type Thread,
  useDeed,
  usePosts,
  useThread,
} from '../features/forum/api/forum.ts';
import { BodyForm } from '../features/forum/components/body-form.tsx';
import { Join } from '../features/forum/components/join.tsx';
import { Message } from '../features/forum/components/message.tsx';
import { useNamedAnswer } from '../features/forum/components/named-answer.ts';
import { type Named, nameOf, naming } from '../features/forum/words.ts';
import { FailedPage } from '../layout/failed-page.tsx';
import { Failure } from '../layout/failure.tsx';
import { More } from '../layout/more.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';
import '../features/forum/components/forum.css';

/** A question with its answers. */
export function ThreadPage() {
  const { id = '' } = useParams();
  const { data: thread, error, refetch } = useThread(id);
  const navigate = useNavigate();
  if (!thread) return error ? <FailedPage error={error} retry={() => refetch()} /> : <Waiting as="lines" />;
  const { may } = thread;
  return (
    <Page
      title={thread.title}
      lead={
        <p className="back">
          <Link to={`/cours/${thread.courseId}/discussions`}>← Les questions du cours</Link>
        </p>
      }
    >
      {may.moderate && <Moderation thread={thread} />}
      <Message
        courseId={thread.courseId}
        subject={{ kind: 'threads', id: thread.id }}
        content={thread}
        label="La question"
        may={{
          vote: may.write && !may.edit,
          edit: may.edit && may.write,
          remove: may.moderate || (may.edit && thread.postCount === 0),
          report: may.write && !may.edit,
        }}
        onRemoved={() => navigate(`/cours/${thread.courseId}/discussions`)}
      />
      <Answers thread={thread} />
    </Page>
  );
}

function Moderation({ thread }: { thread: Thread }) {
  const moderating = useDeed((wanted: { pinned?: boolean; locked?: boolean }) => moderate(thread.id, wanted));
  return (
    <p className="forum-actions">
      <button
        type="button"
        className="plain-button"
        onClick={() => moderating.mutate({ pinned: !thread.pinned })}
      >
        {thread.pinned ? 'Ne plus épingler' : 'Épingler'}
      </button>
      <button
        type="button"
        className="plain-button"
        onClick={() => moderating.mutate({ locked: !thread.locked })}
      >
        {thread.locked ? 'Rouvrir la discussion' : 'Fermer la discussion'}
      </button>
    </p>
  );
}

function Answers({ thread }: { thread: Thread }) {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = usePosts(
    thread.id,
  );
  const posts = data?.pages.flatMap((page) => page.items) ?? [];
  useNamedAnswer(
    posts.map(({ id }) => id),
    { hasNextPage, fetchNextPage },
  );
  const news = useNews(thread, data && posts);
  const { data: course } = useOutline(thread.courseId);
  /** Participants can be named, and who wrote the course. */
  const people = [thread.author, ...posts.map(({ author }) => author), ...(course?.authors ?? [])];
  const [draft, setDraft] = useState({ number: 0, text: '', named: [] as Named[] });
  const answering = useDeed(
    ({ body, meant }: { body: string; meant: Named[] }) => answer(thread.id, naming(body, meant, people)),
    // A field of a new number begins empty.
    () => setDraft(({ number }) => ({ number: number + 1, text: '', named: [] })),
  );
  return (
    <section aria-labelledby="reponses">
      <h2 id="reponses">{count(thread.postCount, 'réponse')}</h2>
      <p className="quiet" role="status">
        {news}
      </p>
      {isPending && <Waiting as="lines" />}
      {error && <Failure error={error} retry={() => refetch()} />}
      <ul className="answers">
        {posts.map((post) => (
          <li key={post.id} id={`reponse-${post.id}`}>
            <Answer
              post={post}
              thread={thread}
              onReply={(author) =>
                setDraft(({ number }) => ({ number: number + 1, text: `@${author.name} `, named: [author] }))
              }
            />
          </li>
        ))}
      </ul>
      <More {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
      {/* Not before the answers, which would push it down. */}
      {!isPending && (
        <>
          {!thread.locked && !thread.may.write && <Join courseId={thread.courseId} />}
          {thread.locked && <p>Cette discussion est fermée.</p>}
          <BodyForm
            key={draft.number}
            label="Votre réponse"
            action="Répondre"
            courseId={thread.courseId}
            initial={draft.text}
            named={draft.named}
            isOpen={thread.may.write}
            isPending={answering.isPending}
            error={answering.error}
            onSend={(body, meant) => answering.mutate({ body, meant })}
          />
        </>
      )}
    </section>
  );
}

/** How many answers of others have come since the page was opened, in words; nothing where none has. */
function useNews({ postCount }: Thread, posts: readonly Post[] | undefined): string {
  const opened = useRef<{ postCount: number; mine: number }>(undefined);
  if (!posts) return '';
  const mine = posts.filter((post) => post.mine).length;
  opened.current ??= { postCount, mine };
  const news = postCount - opened.current.postCount - (mine - opened.current.mine);
  return news > 0
    ? `${news > 1 ? `${news} nouvelles réponses` : 'Une nouvelle réponse'} depuis que vous êtes ici.`
    : '';
}

function Answer({ post, thread, onReply }: { post: Post; thread: Thread; onReply: (author: Named) => void }) {
  const { may } = thread;
  const accepted = thread.acceptedId === post.id;
  const accepting = useDeed((id: string | null) => accept(thread.id, id));
  const { author } = post;
  return (
    <Message
      courseId={thread.courseId}
      subject={{ kind: 'posts', id: post.id }}
      content={post}
      accepted={accepted}
      label={`Réponse de ${nameOf(author)}`}
      may={{
        vote: may.write && !post.mine,
        edit: may.write && post.mine,
        remove: post.mine || may.moderate,
        report: may.write && !post.mine,
      }}
    >
      {may.accept && (
        <button
          type="button"
          className="link-button"
          aria-pressed={accepted}
          onClick={() => accepting.mutate(accepted ? null : post.id)}
        >
          {accepted ? 'Ne plus accepter' : 'Accepter cette réponse'}
        </button>
      )}
      {may.write && author && !post.mine && (
        <button type="button" className="link-button" onClick={() => onReply(author)}>
          Mentionner
        </button>
      )}
    </Message>
  );
}

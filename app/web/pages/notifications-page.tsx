import { Link } from 'react-router';
import { ago, nameOf } from '../features/forum/words.ts';
import {
  type Notification,
  useChangeSettings,
  useMarkRead,
  useNotifications,
  useSettings,
} from '../features/notifications/api/notifications.ts';
import { Failure } from '../layout/failure.tsx';
import { More } from '../layout/more.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';
import '../features/forum/components/forum.css';

const DEEDS: Record<Notification['kind'], string> = {
  answer: 'a répondu dans',
  mention: 'vous a mentionné dans',
  accepted: 'a accepté votre réponse dans',
  report: 'a signalé un message dans',
  question: 'a posé une question dans votre cours :',
};

/** Notifications, and which e-mails one gets. */
export function NotificationsPage() {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useNotifications();
  const marking = useMarkRead();
  const notices = data?.pages.flatMap((page) => page.items) ?? [];
  const unread = data?.pages[0]?.unread ?? 0;
  return (
    <Page title="Notifications">
      {isPending && <Waiting />}
      {error && <Failure error={error} retry={() => refetch()} />}
      {data && notices.length === 0 && <p>Rien de nouveau pour l’instant.</p>}
      {unread > 0 && (
        <p>
          <button type="button" disabled={marking.isPending} onClick={() => marking.mutate(undefined)}>
            Tout marquer comme lu
          </button>
        </p>
      )}
      <ul className="notices">
        {notices.map((each) => (
          <li key={each.id} className={each.read ? undefined : 'unread'}>
            {each.kind === 'report' ? 'Quelqu’un' : nameOf(each.actor)} {DEEDS[each.kind]}{' '}
            <Link
              to={`/discussions/${each.threadId}${each.postId ? `#reponse-${each.postId}` : ''}`}
              onClick={() => each.read || marking.mutate([each.id])}
            >
              {each.threadTitle}
            </Link>{' '}
            <time className="quiet" dateTime={each.at}>
              {ago(each.at)}
            </time>
            {!each.read && <span className="badge">Non lue</span>}
          </li>
        ))}
      </ul>
      <More {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
      {data && <Letters />}
    </Page>
  );
}

function Letters() {
  const { data: settings } = useSettings();
  const changing = useChangeSettings();
  if (!settings) return null;
  return (
    <section aria-labelledby="lettres">
      <h2 id="lettres">Par e-mail</h2>
      <label className="forum-check">
        <input
          type="checkbox"
          checked={settings.digest === 'daily'}
          disabled={changing.isPending}
          onChange={(event) => changing.mutate({ digest: event.target.checked ? 'daily' : 'never' })}
        />
        Un résumé par jour de ce que je n’ai pas lu
      </label>
      {changing.error && <Failure error={changing.error} />}
    </section>
  );
}

import { Link } from 'react-router';
import { useUnread } from '../api/notifications.ts';

/** The bell: leads to the notifications, and says how much of it is unread. For those who are signed in. */
export function NotificationsLink() {
  const { data: unread = 0 } = useUnread();
  return (
    <p>
      <Link to="/notifications">
        {unread > 0 ? `Notifications (${unread} non ${unread > 1 ? 'lues' : 'lue'})` : 'Notifications'}
      </Link>
    </p>
  );
}

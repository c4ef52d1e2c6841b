import { NavLink, useLocation } from 'react-router';
import { useUnread } from '../../notifications/api/notifications.ts';
import { useCurrent, useSignOut } from '../api/people.ts';
import './people.css';

/** Who is signed in, and where that leads; for a visitor the way in. */
export function AccountMenu() {
  const { data: person, isPending } = useCurrent();
  const { pathname } = useLocation();
  if (isPending) return null;
  return (
    <nav className="account-menu" aria-label="Mon compte">
      {person ? (
        <Mine name={person.name} />
      ) : (
        <NavLink to="/connexion" state={{ from: pathname === '/connexion' ? '/' : pathname }}>
          Se connecter
        </NavLink>
      )}
    </nav>
  );
}

function Mine({ name }: { name: string }) {
  const { data: unread = 0 } = useUnread();
  const signingOut = useSignOut();
  return (
    <>
      <NavLink to="/mes-cours">Mes cours</NavLink>
      <NavLink to="/notifications">Notifications{unread > 0 && ` (${unread})`}</NavLink>
      <NavLink to="/compte">{name}</NavLink>
      <button type="button" disabled={signingOut.isPending} onClick={() => signingOut.mutate()}>
        Se déconnecter
      </button>
    </>
  );
}

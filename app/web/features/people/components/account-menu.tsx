import { NavLink, useLocation } from 'react-router';
import { useUnread } from '#web/features/notifications/api/notifications.ts';
import { useCurrent, useSignOut, useTwoPeople } from '../api/people.ts';
import './people.css';

/** Who is signed in, and where that leads; for a visitor the way in. */
export function AccountMenu() {
  const { data: person, isPending } = useCurrent();
  const { pathname, search, hash } = useLocation();
  if (isPending) return null;
  return (
    <nav className="account-menu" aria-label="Mon compte">
      {person ? (
        <Mine name={person.name} />
      ) : (
        <NavLink to="/connexion" state={{ from: pathname === '/connexion' ? '/' : pathname + search + hash }}>
          Se connecter
        </NavLink>
      )}
    </nav>
  );
}

/** Says that somebody else is signed in by now than the person whose page this is. */
export function AnotherPerson() {
  const two = useTwoPeople();
  if (!two) return null;
  const { page, now } = two;
  return (
    <div className="failure" role="alert">
      <p>
        Cette page est celle de {page.name} ; dans ce navigateur, c’est maintenant {now.name} qui est
        connecté. Rien n’en sera enregistré. Ce que vous avez écrit y reste : reconnectez-vous dans un autre
        onglet, ou{' '}
        <button type="button" className="link-button" onClick={() => location.reload()}>
          rechargez la page
        </button>
        .
      </p>
    </div>
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

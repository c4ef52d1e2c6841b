import { useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router';
import { useUnread } from '#web/features/notifications/api/notifications.ts';
import { isUnsent } from '#web/offline/drafts.ts';
import { useCurrent, useSignOut, useTwoPeople } from '../api/people.ts';
import './people.css';

const MENU = 'menu';
const UNSENT =
  'Un texte ou des fichiers de ce navigateur ne sont pas encore arrivés au serveur. Se déconnecter les efface. Continuer ?';

/** Who is signed in, and where that leads; for a visitor the way in. It has its place before that is known, so that nothing moves. */
export function AccountMenu() {
  const { data: person, isPending } = useCurrent();
  const { pathname, search, hash } = useLocation();
  return (
    <nav className="account-menu" aria-label="Mon compte">
      {person ? (
        <Mine name={person.name} isAdministrator={person.role === 'administrator'} />
      ) : (
        !isPending && (
          <NavLink
            to="/connexion"
            state={{ from: pathname === '/connexion' ? '/' : pathname + search + hash }}
          >
            Se connecter
          </NavLink>
        )
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

/** On a wide screen a row, on a telephone a menu that opens. */
function Mine({ name, isAdministrator }: { name: string; isAdministrator: boolean }) {
  const { data: unread = 0 } = useUnread();
  const signingOut = useSignOut();
  const menu = useRef<HTMLDivElement>(null);
  const { key } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes on every page that it leads to
  useEffect(() => {
    if (menu.current?.matches(':popover-open')) menu.current.hidePopover();
  }, [key]);
  return (
    <>
      <button type="button" className="menu-door" popoverTarget={MENU}>
        Menu{unread > 0 && ` (${unread})`}
      </button>
      <div className="menu" id={MENU} popover="auto" ref={menu}>
        <NavLink to="/mes-cours">Mes cours</NavLink>
        {isAdministrator && <NavLink to="/administration">Administration</NavLink>}
        <NavLink to="/notifications">Notifications{unread > 0 && ` (${unread})`}</NavLink>
        <NavLink className="menu-name" to="/compte">
          {name}
        </NavLink>
        <button
          type="button"
          aria-disabled={signingOut.isPending}
          onClick={() => {
            if (!isUnsent() || window.confirm(UNSENT)) signingOut.mutate();
          }}
        >
          Se déconnecter
        </button>
        {signingOut.error && <p role="alert">{signingOut.error.message}</p>}
      </div>
    </>
  );
}

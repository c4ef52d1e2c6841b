import { useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router';
import { useUnread } from '#web/features/notifications/api/notifications.ts';
import { Icon } from '#web/layout/icon.tsx';
import { ask } from '#web/layout/question.tsx';
import { isUnsent } from '#web/offline/drafts.ts';
import { useCurrent, useSignOut, useTwoPeople } from '../api/people.ts';
import './people.css';

const MENU = 'menu';
const UNSENT = {
  title: 'Se déconnecter et effacer ce qui n’est pas envoyé ?',
  words: 'Un texte ou des fichiers de ce navigateur ne sont pas encore arrivés au serveur.',
  action: 'Se déconnecter',
};

/**
 * The ways to everywhere: on a wide screen a row at the top, on a telephone four doors at the bottom, where thumbs are. They have their
 * place before it is known who is signed in, so that nothing moves.
 */
export function AccountMenu() {
  const { data: person, isPending } = useCurrent();
  const { pathname, search, hash } = useLocation();
  const from = pathname === '/connexion' ? '/' : pathname + search + hash;
  return (
    <>
      <nav className={person ? 'doors' : 'doors doors-visitor'} aria-label="Navigation principale">
        <NavLink to="/" end>
          <Icon name="courses" />
          Cours
        </NavLink>
        <NavLink className="door-own" to="/mes-cours">
          <Icon name="mine" />
          Mes cours
        </NavLink>
        <NavLink className="door-own" to="/notifications">
          <Icon name="bell" />
          <span>
            Notifications
            {person && <Unread />}
          </span>
        </NavLink>
        <NavLink
          className="door-account"
          to={person ? '/compte' : '/connexion'}
          {...(person ? {} : { state: { from } })}
        >
          <Icon name="person" />
          Compte
        </NavLink>
      </nav>
      <div className="account-menu">
        {person ? (
          <Mine name={person.name} isAdministrator={person.role === 'administrator'} />
        ) : (
          !isPending && (
            <NavLink to="/connexion" state={{ from }}>
              Se connecter
            </NavLink>
          )
        )}
      </div>
    </>
  );
}

/** How many notifications wait. */
function Unread() {
  const { data: unread = 0 } = useUnread();
  return unread > 0 ? <> ({unread})</> : null;
}

/** Says that somebody else is signed in by now than the person whose page this is. */
export function AnotherPerson() {
  const two = useTwoPeople();
  if (!two) return null;
  const { page, now } = two;
  return (
    <div className="failure" role="alert">
      <p>
        Cette page est celle de {page.name} ; dans ce navigateur, la session est maintenant celle de{' '}
        {now.name}. Rien n’en sera enregistré. Ce que vous avez écrit y reste : reconnectez-vous dans un autre
        onglet, ou{' '}
        <button type="button" className="link-button" onClick={() => location.reload()}>
          rechargez la page
        </button>
        .
      </p>
    </div>
  );
}

/** Who is signed in, and what they do with their account. */
function Mine({ name, isAdministrator }: { name: string; isAdministrator: boolean }) {
  const signingOut = useSignOut();
  const menu = useRef<HTMLDivElement>(null);
  const { key } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes on every page that it leads to
  useEffect(() => {
    if (menu.current?.matches(':popover-open')) menu.current.hidePopover();
  }, [key]);
  return (
    <>
      <button type="button" className="menu-door" popoverTarget={MENU} aria-label={`Menu de ${name}`}>
        <span className="avatar" aria-hidden="true">
          {[...name.trim()][0]?.toUpperCase()}
        </span>
        <span className="menu-name">{name}</span>
      </button>
      <div className="menu" id={MENU} popover="auto" ref={menu}>
        <NavLink to="/compte">{name}</NavLink>
        {isAdministrator && <NavLink to="/administration">Administration</NavLink>}
        <button
          type="button"
          aria-disabled={signingOut.isPending}
          onClick={async () => {
            if (!isUnsent() || (await ask(UNSENT))) signingOut.mutate();
          }}
        >
          Se déconnecter
        </button>
        {signingOut.error && <p role="alert">{signingOut.error.message}</p>}
      </div>
    </>
  );
}

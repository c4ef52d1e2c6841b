import { Link, NavLink, Outlet, ScrollRestoration } from 'react-router';
import { AccountMenu, AnotherPerson } from '../features/people/components/account-menu.tsx';
import './layout.css';

/** What stands around every page. */
export function Layout() {
  return (
    <>
      <a className="skip" href="#contenu">
        Aller au contenu
      </a>
      <header className="top">
        <div className="top-inner">
          <Link className="brand" to="/">
            <img src="/icon.svg" alt="" width="32" height="32" />
            fredu
          </Link>
          <nav aria-label="Navigation principale">
            <NavLink to="/" end>
              Cours
            </NavLink>
          </nav>
          <AccountMenu />
        </div>
      </header>
      <main id="contenu" tabIndex={-1}>
        <AnotherPerson />
        <Outlet />
      </main>
      <footer className="bottom">
        <p>
          Des cours ouverts à tous. <a href="/api/v1/documentation">Documentation de l’API</a>
        </p>
      </footer>
      <ScrollRestoration />
    </>
  );
}

import type { ReactNode } from 'react';
import { Link, NavLink, Outlet, ScrollRestoration } from 'react-router';
import './layout.css';

/** What stands around every page; `menu` at the end of its top, `notice` above what it shows, `dock` below while it is scrolled. */
export function Layout({ menu, notice, dock }: { menu: ReactNode; notice: ReactNode; dock: ReactNode }) {
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
          {menu}
        </div>
      </header>
      <main id="contenu" tabIndex={-1}>
        {notice}
        <Outlet />
      </main>
      <footer className="bottom">
        <p>
          Des cours ouverts à tous. <a href="/api/v1/documentation">Documentation de l’API</a>
          {' · '}
          <a href="/licences.txt">Licences des composants</a>
        </p>
      </footer>
      {dock}
      <ScrollRestoration />
    </>
  );
}

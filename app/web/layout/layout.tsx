import type { ReactNode } from 'react';
import { Link, Outlet, ScrollRestoration } from 'react-router';
import { SITE_PAGES } from '#shared/site-pages.ts';
import { OfflineRibbon } from './offline-ribbon.tsx';
import { ProgressLine } from './progress-line.tsx';
import { Asked } from './question.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { Toasts } from './toasts.tsx';
import { Unsaved } from './unsaved.tsx';
import './layout.css';

/** What stands around every page; `menu` beside the name at its top, `notice` above what it shows, `dock` below while it is scrolled. */
export function Layout({ menu, notice, dock }: { menu: ReactNode; notice: ReactNode; dock: ReactNode }) {
  return (
    <>
      <a className="skip" href="#contenu">
        Aller au contenu
      </a>
      <ProgressLine />
      <header className="top">
        <div className="top-inner">
          <Link className="brand" to="/">
            <img src="/icon.svg" alt="" width="32" height="32" />
            fredu
          </Link>
          {menu}
        </div>
      </header>
      <main id="contenu" tabIndex={-1}>
        {notice}
        <Outlet />
      </main>
      <footer className="bottom">
        <div className="bottom-inner">
          <p>
            Des cours ouverts à tous. <a href="/api/v1/documentation">Documentation de l’API</a>
            {' · '}
            <a href="/licences.txt">Licences des composants</a>
          </p>
          <nav aria-label="À propos du site">
            <ul className="about">
              {Object.entries(SITE_PAGES).map(([name, title]) => (
                <li key={name}>
                  <Link to={`/${name}`}>{title}</Link>
                </li>
              ))}
            </ul>
          </nav>
          <ThemeSwitch />
        </div>
      </footer>
      {dock}
      <Toasts />
      <OfflineRibbon />
      <Asked />
      <Unsaved />
      <ScrollRestoration />
    </>
  );
}

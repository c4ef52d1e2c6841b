import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import './design/tokens.css';
import './design/base.css';
import { offerVersion } from './layout/new-version.tsx';
import { wear } from './layout/theme.ts';
import { queryClient } from './queries.ts';
import { readPage } from './read-page.ts';
import { loadPage, routes } from './router.tsx';

/** Begins the page. Not at the top of this file: the parts that it waits for import what is in it. */
async function begin(): Promise<void> {
  const root = document.getElementById('root')!;
  wear();
  const queries = queryClient();
  readPage(queries);
  // A part that does not come is told by the router, which asks for it again.
  await loadPage(location.pathname).catch(() => undefined);
  const page = (
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={createBrowserRouter(routes)} />
      </QueryClientProvider>
    </StrictMode>
  );
  // What the server drew stays, and comes to life; where it drew nothing the page begins here.
  if (root.dataset.whole !== undefined) hydrateRoot(root, page);
  else {
    root.replaceChildren();
    createRoot(root).render(page);
  }
  // Not while the page is on its way: a bad line has room for one of the two.
  if (import.meta.env.PROD)
    addEventListener('load', () =>
      setTimeout(async () => (await import('./offline/start.ts')).startOffline(queries, offerVersion)),
    );
}

void begin();

import { QueryClientProvider } from '@tanstack/react-query';
import { renderToString } from 'preact-render-to-string';
import { createStaticHandler, createStaticRouter, StaticRouterProvider } from 'react-router';
import type { Read } from '#shared/drawn-page.ts';
import { queryClient } from './queries.ts';
import { loadPage, routes } from './router.tsx';

/** A page as HTML, as a visitor sees it who has read that: for the server, which asks for it with `import()`. */
export async function draw(address: string, read: Read): Promise<string> {
  await loadPage(new URL(address, 'http://page').pathname);
  const handler = createStaticHandler(routes);
  const context = await handler.query(new Request(new URL(address, 'http://page')));
  if (context instanceof Response) throw new Error(`${address} leads elsewhere`);
  const queries = queryClient();
  for (const [key, data] of read) queries.setQueryData(key, data);
  const html = renderToString(
    <QueryClientProvider client={queries}>
      <StaticRouterProvider
        router={createStaticRouter(handler.dataRoutes, context)}
        context={context}
        hydrate={false}
      />
    </QueryClientProvider>,
  );
  queries.clear();
  return html;
}

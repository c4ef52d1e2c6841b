import type { QueryClient } from '@tanstack/react-query';
import { IN_PAGE, READ_ID, type Read } from '#shared/drawn-page.ts';

/** Whether the server drew this page. */
export const cameWithThePage = (): boolean => document.getElementById(READ_ID) !== null;

/** Takes over what the page was drawn from, so that nothing is asked for twice. Texts are taken from where they stand. */
export function readPage(queries: QueryClient): void {
  const written = document.getElementById(READ_ID)?.textContent;
  if (!written) return;
  for (const [key, data] of JSON.parse(written) as Read) queries.setQueryData(key, filled(data));
}

function filled(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('html' in data)) return data;
  const { html, id } = data as { html: unknown; id: string };
  if ((html as typeof IN_PAGE)?.inPage !== IN_PAGE.inPage) return data;
  return { ...data, html: document.querySelector(`[data-text="${CSS.escape(id)}"]`)?.innerHTML ?? '' };
}

import type { SiteStatus } from './site-status.ts';

/** What nobody is asked, and where it is seen. */
export const NOT_ASKED =
  'Not asked here: how far the copies of the object store have caught up, ages of the snapshots of etcd; the alerts say when they are too old.';

const MARK = { good: ' ', note: '-', wrong: '!' } as const;

/** One page for all sites; what is wrong begins with `!`. */
export function statusText(all: readonly SiteStatus[], others: readonly string[]): string {
  const parts = all.map(({ site, unreachable, lines, unanswered }) =>
    [
      `${site}${unreachable ? `: could not be asked: ${unreachable}` : ''}`,
      ...lines.map(({ state, about, text }) => `${MARK[state]} ${about.padEnd(13)}${text}`),
      ...unanswered.map((what) => `- ${'not answered'.padEnd(13)}${what}`),
    ].join('\n'),
  );
  const without = others.length > 0 ? [`${others.join(', ')}: no cluster; its hosts are not asked.`] : [];
  return `${[...parts, [...without, NOT_ASKED].join('\n')].join('\n\n')}\n`;
}

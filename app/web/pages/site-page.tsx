import { SITE_PAGES, type SitePageName } from '#shared/site-pages.ts';
import { useSitePage } from '../features/site-pages/api/site-pages.ts';
import { Failure } from '../layout/failure.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';
import { Text } from '../markdown/text.tsx';

const dates = new Intl.DateTimeFormat('fr', { dateStyle: 'long' });

/** What the site says of itself: legal notice, privacy, terms, accessibility. */
export function SitePage({ name }: { name: SitePageName }) {
  const { data: page, error, isPending, refetch } = useSitePage(name);
  return (
    <Page title={SITE_PAGES[name]}>
      {isPending && <Waiting />}
      {error && <Failure error={error} retry={() => refetch()} />}
      {page && (
        <div className="site-page">
          <Text html={page.html} />
          {page.updatedAt && (
            <p className="quiet">
              Dernière modification :{' '}
              <time dateTime={page.updatedAt}>{dates.format(new Date(page.updatedAt))}</time>
            </p>
          )}
        </div>
      )}
    </Page>
  );
}

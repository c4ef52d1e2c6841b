import { useState } from 'react';
import { Link } from 'react-router';
import { SITE_PAGES, type SitePageName } from '#shared/site-pages.ts';
import { useSitePage, useWriteSitePage } from '#web/features/site-pages/api/site-pages.ts';
import { Failure } from '#web/layout/failure.tsx';

/** What the site says of itself, to be written by those who answer for it. */
export function SitePages() {
  const [name, setName] = useState<SitePageName>('mentions-legales');
  return (
    <>
      <p>
        <label>
          Page{' '}
          <select value={name} onChange={({ target }) => setName(target.value as SitePageName)}>
            {Object.entries(SITE_PAGES).map(([each, title]) => (
              <option key={each} value={each}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </p>
      <SitePageForm key={name} name={name} />
    </>
  );
}

function SitePageForm({ name }: { name: SitePageName }) {
  const { data: page, error } = useSitePage(name);
  const writing = useWriteSitePage(name);
  if (error) return <Failure error={error} />;
  if (!page) return null;
  return (
    <form
      className="teaching-form"
      onSubmit={(event) => {
        event.preventDefault();
        const body = String(new FormData(event.currentTarget).get('body') ?? '');
        writing.mutate({ body, version: page.version });
      }}
    >
      <p>
        <label htmlFor="site-page">{SITE_PAGES[name]}, en Markdown</label>
        <textarea
          id="site-page"
          name="body"
          rows={20}
          maxLength={50_000}
          defaultValue={page.body}
          aria-describedby="site-page-help"
        />
        <span className="quiet" id="site-page-help">
          Vide, la page reprend le texte fourni avec l’application.
        </span>
      </p>
      <button type="submit" disabled={writing.isPending}>
        Enregistrer
      </button>
      <p role="status">
        {writing.isSuccess && (
          <>
            C’est enregistré : <Link to={`/${name}`}>voir la page</Link>.
          </>
        )}
      </p>
      {writing.error && <Failure error={writing.error} />}
    </form>
  );
}

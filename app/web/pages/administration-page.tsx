import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router';
import { AllCourses } from '../features/administration/components/all-courses.tsx';
import { AllNotices } from '../features/administration/components/all-notices.tsx';
import { AllReports } from '../features/administration/components/all-reports.tsx';
import { Deeds } from '../features/administration/components/deeds.tsx';
import { People } from '../features/administration/components/people.tsx';
import { SitePages } from '../features/administration/components/site-pages.tsx';
import { Teachers } from '../features/administration/components/teachers.tsx';
import { Usage } from '../features/administration/components/usage.tsx';
import { useCurrent } from '../features/people/api/people.ts';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';
import '../features/teaching/components/teaching.css';
import '../features/administration/components/administration.css';

const PARTS: Record<string, [name: string, part: () => ReactElement | null]> = {
  personnes: ['Personnes', People],
  enseignants: ['Enseignants', Teachers],
  cours: ['Cours', AllCourses],
  signalements: ['Signalements', AllReports],
  annonces: ['Annonces', AllNotices],
  pages: ['Pages du site', SitePages],
  usage: ['Usage', Usage],
  journal: ['Journal', Deeds],
};

/** Where administrators see to people, courses, reports and notices, and to what was done. */
export function AdministrationPage() {
  const { data: person, isPending } = useCurrent();
  const [query] = useSearchParams();
  const chosen = query.get('partie') ?? 'personnes';
  const [name, Part] = PARTS[chosen] ?? PARTS.personnes!;
  if (isPending) return <Waiting />;
  if (person?.role !== 'administrator')
    return (
      <Page title="Administration">
        <p>Cette page est pour l’administration du site. Rien n’en est montré à votre compte.</p>
      </Page>
    );
  return (
    <Page title="Administration">
      <nav aria-label="Parties de l’administration">
        <ul className="admin-parts">
          {Object.entries(PARTS).map(([part, [words]]) => (
            <li key={part}>
              <Link to={`?partie=${part}`} aria-current={words === name ? 'page' : undefined}>
                {words}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <h2>{name}</h2>
      <Part />
    </Page>
  );
}

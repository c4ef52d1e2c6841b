import { Link } from 'react-router';
import { Page } from './page.tsx';

/** Where an address leads nowhere, or what it led to is gone. */
export function NotFound({ title = 'Page introuvable', detail }: { title?: string; detail?: string }) {
  return (
    <Page title={title}>
      <p>{detail ?? 'Cette adresse ne mène nulle part.'}</p>
      <p>
        <Link to="/">Revenir à la liste des cours</Link>
      </p>
    </Page>
  );
}

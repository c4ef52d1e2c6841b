import { Link } from 'react-router';
import { Page } from '../layout/page.tsx';

export function NotFoundPage() {
  return (
    <Page title="Page introuvable">
      <p>
        Cette adresse ne mène nulle part. <Link to="/">Revenir à la liste des cours</Link>
      </p>
    </Page>
  );
}

import { Link, useLocation, useNavigate } from 'react-router';
import { useSignIn } from '../features/people/api/people.ts';
import { CodeIfWanted } from '../features/people/components/code-field.tsx';
import { Field, PersonForm } from '../features/people/components/person-form.tsx';
import { takeReturn } from '../features/people/return.ts';
import { Page } from '../layout/page.tsx';

/** Where one signs in, and goes on to where one was. */
export function SignInPage() {
  const { state } = useLocation() as { state: { from?: string } | null };
  const navigate = useNavigate();
  const signingIn = useSignIn();
  return (
    <Page title="Se connecter">
      <PersonForm
        action="Se connecter"
        isPending={signingIn.isPending}
        error={signingIn.error}
        onSend={({ email = '', password = '', code }) =>
          signingIn.mutate(
            { email, password, ...(code && { code }) },
            { onSuccess: () => navigate(takeReturn(state?.from)) },
          )
        }
      >
        <Field name="email" label="Adresse e-mail" type="email" autoComplete="username" required />
        <Field
          name="password"
          label="Mot de passe"
          type="password"
          autoComplete="current-password"
          required
        />
        <CodeIfWanted error={signingIn.error} />
      </PersonForm>
      <p>
        <Link to="/mot-de-passe-oublie" state={state}>
          Mot de passe oublié ?
        </Link>{' '}
        Pas encore de compte ?{' '}
        <Link to="/inscription" state={state}>
          S’inscrire
        </Link>
      </p>
    </Page>
  );
}

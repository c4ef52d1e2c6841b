import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { useSignUp } from '../features/people/api/people.ts';
import { Field, PersonForm } from '../features/people/components/person-form.tsx';
import { rememberReturn } from '../features/people/return.ts';
import { Page } from '../layout/page.tsx';

/** Where one asks for an account; a letter follows, whether the address has one or not. */
export function SignUpPage() {
  const { state } = useLocation() as { state: { from?: string } | null };
  const joining = useSignUp();
  const [isYoung, setYoung] = useState(false);
  if (joining.isSuccess) {
    return (
      <Page title="Consultez vos e-mails">
        <p role="status">Un e-mail vient de partir. Ouvrez le lien qu’il contient dans les 24 heures.</p>
        {isYoung && (
          <p>Un parent en a reçu un autre : votre compte sera créé quand il aura donné son accord.</p>
        )}
      </Page>
    );
  }
  return (
    <Page title="S’inscrire">
      <PersonForm
        action="S’inscrire"
        isPending={joining.isPending}
        error={joining.error}
        onSend={({ email = '', name = '', password = '', role, guardianEmail }) =>
          joining.mutate(
            {
              email,
              name,
              password,
              role: role === 'teacher' ? 'teacher' : 'student',
              ...(guardianEmail ? { guardianEmail } : {}),
            },
            { onSuccess: () => rememberReturn(state?.from) },
          )
        }
      >
        <fieldset>
          <legend>Je suis</legend>
          <label>
            <input type="radio" name="role" value="student" defaultChecked /> élève ou étudiant
          </label>
          <label>
            <input type="radio" name="role" value="teacher" /> enseignant
          </label>
        </fieldset>
        <Field name="name" label="Nom" autoComplete="name" required maxLength={100} />
        <Field name="email" label="Adresse e-mail" type="email" autoComplete="email" required />
        <Field
          name="password"
          label="Mot de passe"
          type="password"
          autoComplete="new-password"
          required
          help="Plusieurs mots valent mieux qu’un seul, même compliqué."
        />
        <p>
          <label>
            <input type="checkbox" checked={isYoung} onChange={(event) => setYoung(event.target.checked)} />{' '}
            J’ai moins de 15 ans
          </label>
        </p>
        <p className="quiet">
          En vous inscrivant, vous acceptez les <Link to="/conditions">conditions d’utilisation</Link>. Ce que
          nous gardons de vous : <Link to="/confidentialite">confidentialité</Link>.
        </p>
        {isYoung && (
          <Field
            name="guardianEmail"
            label="Adresse e-mail d’un parent"
            type="email"
            autoComplete="off"
            required
            help="La loi demande son accord."
          />
        )}
      </PersonForm>
    </Page>
  );
}

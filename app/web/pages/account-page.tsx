import { useChangeEmail, useChangeMe, useChangePassword, useMe } from '../features/people/api/people.ts';
import { Leaving } from '../features/people/components/leaving.tsx';
import { OwnSessions } from '../features/people/components/own-sessions.tsx';
import { Field, LongField, PersonForm } from '../features/people/components/person-form.tsx';
import { SecondFactor } from '../features/people/components/second-factor.tsx';
import { Failure } from '../layout/failure.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';

/** « Mon compte »: one's name, what others read of one, how one signs in, and one's data to take along. */
export function AccountPage() {
  const { data: me, error, isPending, refetch } = useMe();
  const changing = useChangeMe();
  const email = useChangeEmail();
  const password = useChangePassword();
  return (
    <Page title="Mon compte">
      {isPending && <Waiting />}
      {error && <Failure error={error} retry={() => refetch()} />}
      {me && (
        <>
          <p className="quiet">{me.email}</p>
          {me.waitsToTeach && (
            <p className="notice">
              Vous avez dit enseigner : une personne de l’administration le confirmera, et un e-mail vous le
              dira. D’ici là, vous avez un compte d’élève.
            </p>
          )}
          <PersonForm
            action="Enregistrer"
            keeps
            isPending={changing.isPending}
            error={changing.error}
            onSend={(typed) => changing.mutate({ ...typed, version: me.version })}
          >
            <Field
              name="name"
              label="Nom"
              autoComplete="name"
              required
              maxLength={100}
              defaultValue={me.name}
            />
            {me.role !== 'student' && (
              <LongField
                name="about"
                label="Présentation affichée sur mes cours"
                maxLength={2000}
                defaultValue={me.about}
              />
            )}
            <p>
              <label htmlFor="language">Langue des e-mails</label>
              <select id="language" name="language" defaultValue={me.language}>
                <option value="fr">français</option>
                <option value="en" lang="en">
                  English
                </option>
              </select>
            </p>
            {changing.isSuccess && <p role="status">C’est enregistré.</p>}
          </PersonForm>
          <h2>Adresse e-mail</h2>
          <PersonForm
            action="Changer mon adresse"
            isPending={email.isPending}
            error={email.error}
            onSend={({ email: address = '', password: shown = '' }) =>
              email.mutate({ email: address, password: shown })
            }
          >
            <Field name="email" label="Nouvelle adresse e-mail" type="email" autoComplete="email" required />
            <Field
              name="password"
              label="Mot de passe"
              type="password"
              autoComplete="current-password"
              required
            />
            {email.isSuccess && (
              <p role="status">
                Un e-mail vient de partir à cette adresse. Elle sera la vôtre quand vous aurez ouvert son
                lien.
              </p>
            )}
          </PersonForm>
          <h2>Mot de passe</h2>
          <PersonForm
            action="Changer mon mot de passe"
            isPending={password.isPending}
            error={password.error}
            onSend={({ current = '', next = '' }) => password.mutate({ current, next })}
          >
            <Field
              name="current"
              label="Mot de passe actuel"
              type="password"
              autoComplete="current-password"
              required
            />
            <Field
              name="next"
              label="Nouveau mot de passe"
              type="password"
              autoComplete="new-password"
              required
            />
            {password.isSuccess && <p role="status">C’est fait ; vos autres sessions ont pris fin.</p>}
          </PersonForm>
          <SecondFactor />
          <OwnSessions />
          <h2>Mes données</h2>
          <p>
            <a href="/api/v1/me/export" download>
              Télécharger mes données
            </a>
          </p>
          <p>
            <a href="/api/v1/me/export.zip" download>
              Télécharger mes données et les fichiers que j’ai ajoutés (ZIP)
            </a>
          </p>
          <Leaving eraseAt={me.eraseAt} />
        </>
      )}
    </Page>
  );
}

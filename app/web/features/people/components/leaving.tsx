import { Link } from 'react-router';
import { Failure } from '#web/layout/failure.tsx';
import { tell } from '#web/layout/toasts.tsx';
import { useErasure, useKeepAccount } from '../api/own-account.ts';
import { Field, PersonForm } from './person-form.tsx';

const days = new Intl.DateTimeFormat('fr', { dateStyle: 'full' });

/** Part of « Mon compte »: an end to the account, what goes with it, and a change of mind. */
export function Leaving({ eraseAt }: { eraseAt: string | null }) {
  const erasing = useErasure();
  const keeping = useKeepAccount();
  const going = eraseAt === null ? [] : (erasing.data?.courses ?? []);
  if (eraseAt !== null)
    return (
      <>
        <h2>Suppression du compte</h2>
        <p role="status">
          Votre compte sera supprimé le {days.format(new Date(eraseAt))}. Jusque-là, vous pouvez changer
          d’avis.
        </p>
        {going.length > 0 && (
          <>
            <p>
              Personne d’autre n’écrit ces cours : ils disparaîtront avec lui. Pour qu’ils restent, ajoutez-y
              un autre auteur.
            </p>
            <ul>
              {going.map(({ id, title }) => (
                <li key={id}>
                  <Link to={`/cours/${id}/gerer`}>{title}</Link>
                </li>
              ))}
            </ul>
          </>
        )}
        {keeping.error && <Failure error={keeping.error} />}
        <p>
          <button
            type="button"
            disabled={keeping.isPending}
            onClick={() => keeping.mutate(undefined, { onSuccess: () => tell('Votre compte est gardé.') })}
          >
            Garder mon compte
          </button>
        </p>
      </>
    );
  return (
    <>
      <h2>Suppression du compte</h2>
      <p>
        Sept jours après votre demande, le compte, l’avancement, les notes et les votes disparaissent, et les
        cours que personne d’autre n’écrit. Vos questions et vos réponses restent, sans votre nom.
      </p>
      <details>
        <summary>Supprimer mon compte</summary>
        <PersonForm
          action="Demander la suppression"
          isPending={erasing.isPending}
          error={erasing.error}
          onSend={({ password = '' }) => erasing.mutate({ password })}
        >
          <Field
            name="password"
            label="Mot de passe"
            type="password"
            autoComplete="current-password"
            required
          />
        </PersonForm>
      </details>
    </>
  );
}

import { Failure } from '#web/layout/failure.tsx';
import {
  type Account,
  useChangeAccount,
  useChangeSettings,
  useSiteSettings,
  useWaitingTeachers,
} from '../api/administration.ts';
import { moment } from '../words.ts';
import { Found } from './found.tsx';

/** Who wants to teach and waits, and whether one has to. */
export function Teachers() {
  return (
    <>
      <h3>En attente</h3>
      <Found list={useWaitingTeachers()} nothing="Personne n’attend.">
        {(account) => <Waiting account={account} />}
      </Found>
      <h3>Règle</h3>
      <Rule />
    </>
  );
}

function Waiting({ account: { id, name, email, wantsToTeachAt } }: { account: Account }) {
  const change = useChangeAccount();
  return (
    <>
      <p className="admin-name">
        <strong>{name}</strong> <span className="quiet">{email}</span>
      </p>
      <p className="quiet">Demande du {moment(wantsToTeachAt ?? '')}</p>
      <div className="admin-doors">
        {(
          [
            ['teacher', 'Confirmer', `Confirmer que ${name} enseigne`],
            ['student', 'Refuser', `Refuser la demande de ${name}`],
          ] as const
        ).map(([role, words, label]) => (
          <button
            key={role}
            type="button"
            className={role === 'student' ? 'plain-button' : undefined}
            aria-label={label}
            disabled={change.isPending}
            onClick={() => change.mutate({ id, role })}
          >
            {words}
          </button>
        ))}
      </div>
      {change.error && <Failure error={change.error} />}
    </>
  );
}

function Rule() {
  const { data: settings, error } = useSiteSettings();
  const change = useChangeSettings();
  if (error) return <Failure error={error} />;
  if (!settings) return null;
  return (
    <form
      className="teaching-form"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = new FormData(event.currentTarget);
        change.mutate({
          version: settings.version,
          teachers: typed.get('teachers') === 'confirmed' ? 'confirmed' : 'anyone',
          domains: String(typed.get('domains') ?? '')
            .split(/[\s,;]+/)
            .filter(Boolean),
        });
      }}
    >
      <fieldset>
        <legend>Qui peut enseigner</legend>
        <p>
          <label>
            <input
              type="radio"
              name="teachers"
              value="anyone"
              defaultChecked={settings.teachers === 'anyone'}
            />{' '}
            toute personne qui le dit en s’inscrivant
          </label>
        </p>
        <p>
          <label>
            <input
              type="radio"
              name="teachers"
              value="confirmed"
              defaultChecked={settings.teachers === 'confirmed'}
            />{' '}
            les personnes confirmées ici
          </label>
        </p>
      </fieldset>
      <p>
        <label htmlFor="domains">
          et, sans attendre, celles dont l’adresse e-mail est d’un de ces domaines
        </label>
        <textarea
          id="domains"
          name="domains"
          rows={3}
          defaultValue={settings.domains.join('\n')}
          aria-describedby="domains-help"
        />
        <span className="quiet" id="domains-help">
          Un par ligne, par exemple ac-strasbourg.fr ; les adresses en dessous en font partie.
        </span>
      </p>
      <button type="submit" disabled={change.isPending}>
        Enregistrer
      </button>
      <p role="status">{change.isSuccess ? 'C’est enregistré.' : ''}</p>
      {change.error && <Failure error={change.error} />}
    </form>
  );
}

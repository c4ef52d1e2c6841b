import { useCurrent } from '#web/features/people/api/people.ts';
import { Failure } from '#web/layout/failure.tsx';
import { ask } from '#web/layout/question.tsx';
import {
  type Account,
  useAccounts,
  useChangeAccount,
  useTakeOffSecondFactor,
} from '../api/administration.ts';
import { moment, ROLES } from '../words.ts';
import { Searched } from './found.tsx';
import { Quota } from './quota.tsx';

/** Everybody who has an account: what they may do, and whether they may come in. */
export function People() {
  return (
    <Searched label="Nom ou adresse" nothing="Personne ne correspond." useFound={useAccounts}>
      {(account) => <Person account={account} />}
    </Searched>
  );
}

function Person({ account }: { account: Account }) {
  const { id, name, email, role, createdAt, usedAt, suspendedAt, eraseAt, files, secondFactor } = account;
  const { data: me } = useCurrent();
  const change = useChangeAccount();
  const takeOff = useTakeOffSecondFactor();
  const isMe = me?.id === id;
  return (
    <>
      <p className="admin-name">
        <strong>{name}</strong> <span className="quiet">{email}</span>
        {suspendedAt && <span className="state-mark">Suspendu depuis le {moment(suspendedAt)}</span>}
        {eraseAt && <span className="state-mark">Sera effacé le {moment(eraseAt)}</span>}
      </p>
      <p className="quiet">
        Inscription : {moment(createdAt)}.{' '}
        {usedAt ? `Dernière venue : ${moment(usedAt)}.` : 'Aucune session.'}
      </p>
      <div className="admin-doors">
        <label>
          Rôle de {name}{' '}
          <select
            value={role}
            disabled={isMe || change.isPending}
            onChange={({ target }) => change.mutate({ id, role: target.value as Account['role'] })}
          >
            {Object.entries(ROLES).map(([each, words]) => (
              <option key={each} value={each}>
                {words}
              </option>
            ))}
          </select>
        </label>
        {!isMe && (
          <button
            type="button"
            className="plain-button"
            aria-label={`${suspendedAt ? 'Rétablir' : 'Suspendre'} ${name}`}
            disabled={change.isPending}
            onClick={async () => {
              const asked = {
                title: `Suspendre ${name} ?`,
                words: 'Ses sessions prennent fin tout de suite.',
                action: 'Suspendre',
              };
              if (suspendedAt || (await ask(asked))) change.mutate({ id, suspended: !suspendedAt });
            }}
          >
            {suspendedAt ? 'Rétablir' : 'Suspendre'}
          </button>
        )}
        {!isMe && secondFactor && (
          <button
            type="button"
            className="plain-button"
            aria-label={`Ne plus demander de code à ${name}`}
            disabled={takeOff.isPending}
            onClick={async () => {
              const asked = {
                title: `Ne plus demander de code à ${name} ?`,
                words:
                  'Assurez-vous d’abord que c’est bien cette personne qui le demande : ensuite, son mot de passe suffira. Ses sessions prennent fin, et un e-mail la prévient.',
                action: 'Ne plus demander de code',
              };
              if (await ask(asked)) takeOff.mutate(id);
            }}
          >
            Ne plus demander de code
          </button>
        )}
        <span role="status">{change.isSuccess || takeOff.isSuccess ? 'C’est fait.' : ''}</span>
      </div>
      <Quota of="people" id={id} name={name} files={files} />
      {(change.error ?? takeOff.error) && <Failure error={(change.error ?? takeOff.error)!} />}
    </>
  );
}

import { useRef } from 'react';
import { Failure } from '#web/layout/failure.tsx';
import { tell } from '#web/layout/toasts.tsx';
import { agentWords } from '../agent-words.ts';
import { useEndSessions, useSessions } from '../api/own-account.ts';

const moments = new Intl.DateTimeFormat('fr', { dateStyle: 'medium', timeStyle: 'short' });
const moment = (at: string): string => moments.format(new Date(at));

/** Part of « Mon compte »: the browsers in which one is signed in, each with an end. */
export function OwnSessions() {
  const { data, error, refetch } = useSessions();
  const ending = useEndSessions();
  const heading = useRef<HTMLHeadingElement>(null);
  const end = (id: string | undefined, words: string) =>
    ending.mutate(id, {
      onSuccess: () => {
        tell(words);
        // The button that was pressed goes with its row.
        heading.current?.focus();
      },
    });
  const items = data?.items ?? [];
  return (
    <>
      <h2 ref={heading} tabIndex={-1}>
        Appareils connectés
      </h2>
      {error && <Failure error={error} retry={() => refetch()} />}
      {ending.error && <Failure error={ending.error} />}
      <ul className="own-sessions">
        {items.map(({ id, agent, address, createdAt, usedAt, current }) => (
          <li key={id}>
            <strong>{agentWords(agent)}</strong>
            {current && <span className="badge">Cet appareil</span>}
            <span className="quiet">
              Depuis le {moment(createdAt)}, utilisé le {moment(usedAt)}, adresse {address}
            </span>
            {!current && (
              <button
                type="button"
                className="plain-button"
                disabled={ending.isPending}
                aria-label={`Déconnecter ${agentWords(agent)}, utilisé le ${moment(usedAt)}`}
                onClick={() => end(id, 'Cet appareil est déconnecté.')}
              >
                Déconnecter
              </button>
            )}
          </li>
        ))}
      </ul>
      {items.length > 1 && (
        <p>
          <button
            type="button"
            className="plain-button"
            disabled={ending.isPending}
            onClick={() => end(undefined, 'Vos autres appareils sont déconnectés.')}
          >
            Déconnecter tous les autres
          </button>
        </p>
      )}
    </>
  );
}

import type { Connection, Standing } from '../api/connection.ts';
import { hueOf } from '../hue.ts';

const STANDING_WORDS: Record<Exclude<Standing, 'open'>, string> = {
  connecting: 'Connexion…',
  offline:
    'Hors ligne : continuez, ce que vous écrivez est gardé dans ce navigateur et partira au retour du réseau.',
  'not-allowed':
    'Vous n’êtes plus parmi les auteurs de ce cours, ou votre session a pris fin. Ce que vous avez écrit reste dans cette page : connectez-vous dans une autre fenêtre, puis réessayez.',
  full: 'Ce document a atteint sa taille maximale : la dernière modification n’a pas été enregistrée.',
  ended: 'La liaison a été interrompue. Rechargez la page.',
};

/** Whether what is typed is safe, in one line. */
export function StandingLine({ connection, stopped }: { connection: Connection; stopped: boolean }) {
  const { standing, synced, saved } = connection;
  return (
    <>
      <p role="status" className={stopped || standing === 'offline' ? 'together-trouble' : undefined}>
        {standing !== 'open'
          ? STANDING_WORDS[standing]
          : !synced
            ? 'Chargement…'
            : saved
              ? 'Tout est enregistré.'
              : 'Enregistrement…'}
      </p>
      {standing === 'not-allowed' && (
        <button type="button" onClick={connection.retry}>
          Réessayer
        </button>
      )}
    </>
  );
}

/** Who writes in the same course at the moment. */
export function Presence({ connection }: { connection: Connection }) {
  const people = new Map(connection.others.map(({ person }) => [person.id, person.name]));
  if (people.size === 0) return <p className="quiet">Vous êtes la seule personne à écrire pour l’instant.</p>;
  return (
    <ul className="presence" aria-label="Présents">
      {[...people].map(([id, name]) => (
        <li key={id} className={`hue-${hueOf(id)}`}>
          {name}
        </li>
      ))}
    </ul>
  );
}

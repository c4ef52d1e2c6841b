import { useDeeds } from '../api/administration.ts';
import { moment } from '../words.ts';
import { Searched } from './found.tsx';

/** The audit log: who did what to whom, the latest first. */
export function Deeds() {
  return (
    <Searched
      label="Action, ou numéro d’une personne ou d’un cours"
      nothing="Rien de tel dans le journal."
      useFound={useDeeds}
    >
      {({ at, actor, action, subjectKind, subjectId, address }) => (
        <>
          <p className="admin-name">
            <code>{action}</code> <span className="quiet">{moment(at)}</span>
          </p>
          <p className="quiet">
            {actor ? (actor.name ?? 'compte effacé') : 'le système'}
            {address && `, depuis ${address}`} → {subjectKind} {subjectId}
          </p>
        </>
      )}
    </Searched>
  );
}

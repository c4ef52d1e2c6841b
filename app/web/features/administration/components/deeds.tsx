import { useState } from 'react';
import { useDeeds } from '../api/administration.ts';
import { moment } from '../words.ts';
import { Finder, Found } from './found.tsx';

/** The audit log: who did what to whom, the latest first. */
export function Deeds() {
  const [q, setQ] = useState('');
  const list = useDeeds(q);
  return (
    <>
      <Finder label="Action, ou numéro d’une personne ou d’un cours" onFind={setQ} />
      <Found list={list} nothing="Rien de tel dans le journal.">
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
      </Found>
    </>
  );
}

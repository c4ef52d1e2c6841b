import type { ReactNode } from 'react';
import { Refused, UNREACHABLE } from '../api.ts';
import { wordsOf } from './refusal.tsx';

/** The page is that of somebody else than who is signed in by now. */
const ANOTHER_PERSON = '/problems/another-person';

/** Says what went wrong and lets one try again, where that can help. */
export function Failure({
  error,
  retry,
  children,
}: {
  error: Error;
  retry?: () => void;
  children?: ReactNode;
}) {
  const { title, detail, instance, errors } =
    error instanceof Refused
      ? error.problem
      : { title: 'Connexion impossible', detail: UNREACHABLE, instance: undefined, errors: undefined };
  return (
    <div className="failure" role="alert">
      <h2>{title}</h2>
      <p>{detail}</p>
      {errors && (
        <ul>
          {errors.map((each) => (
            <li key={each.field}>{wordsOf(each)}</li>
          ))}
        </ul>
      )}
      {children}
      {instance && <p className="quiet">Numéro de la demande : {instance}</p>}
      {error instanceof Refused && error.problem.type === ANOTHER_PERSON && (
        <button type="button" onClick={() => location.reload()}>
          Recharger la page
        </button>
      )}
      {retry && (
        <button type="button" onClick={retry}>
          Réessayer
        </button>
      )}
    </div>
  );
}

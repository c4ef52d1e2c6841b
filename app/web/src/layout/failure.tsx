import type { ReactNode } from 'react';
import { Refused, UNREACHABLE } from '../api.ts';
import { wordsOf } from './refusal.tsx';

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
      {retry && (
        <button type="button" onClick={retry}>
          Réessayer
        </button>
      )}
    </div>
  );
}

import type { ReactNode } from 'react';
import { Refused, UNREACHABLE } from '../api.ts';
import { wordsOf } from './refusal.tsx';

/** The page is that of somebody else than who is signed in by now. */
const ANOTHER_PERSON = '/problems/another-person';

/**
 * Says what went wrong and lets one try again, where that can help.
 * @param isTitled whether the page has its title as its own
 * @param isAtFields whether each field of the form says what is wrong with it
 */
export function Failure({
  error,
  retry,
  isTitled = false,
  isAtFields = false,
  children,
}: {
  error: Error;
  retry?: () => void;
  isTitled?: boolean;
  isAtFields?: boolean;
  children?: ReactNode;
}) {
  const { title, detail, instance, errors } =
    error instanceof Refused
      ? error.problem
      : { title: 'Connexion impossible', detail: UNREACHABLE, instance: undefined, errors: undefined };
  // Only what is to be looked for in our logs has a number that helps anybody.
  const isOurs = error instanceof Refused && error.problem.status >= 500;
  return (
    <div className="failure" role="alert">
      {!isTitled && <h2>{title}</h2>}
      <p>{detail}</p>
      {errors && !isAtFields && (
        <ul>
          {errors.map((each) => (
            <li key={each.field}>{wordsOf(each)}</li>
          ))}
        </ul>
      )}
      {children}
      {instance && isOurs && <p className="quiet">Numéro de la demande : {instance}</p>}
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

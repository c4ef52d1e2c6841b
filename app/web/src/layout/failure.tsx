import { Refused } from '../api.ts';

/** Says what went wrong and lets one try again, where that can help. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const { title, detail, instance } =
    error instanceof Refused
      ? error.problem
      : {
          title: 'Connexion impossible',
          detail: 'Le serveur ne répond pas. Vérifiez votre connexion, puis réessayez.',
          instance: undefined,
        };
  return (
    <div className="failure" role="alert">
      <h2>{title}</h2>
      <p>{detail}</p>
      {instance && <p className="quiet">Numéro de la demande : {instance}</p>}
      {retry && (
        <button type="button" onClick={retry}>
          Réessayer
        </button>
      )}
    </div>
  );
}

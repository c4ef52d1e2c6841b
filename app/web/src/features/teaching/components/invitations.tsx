import { type FormEvent, useState } from 'react';
import type { Course } from '../../../../../server/schemas/course.ts';
import { date } from '../../courses/words.ts';
import { useInvitations, useInvite, useRevoke } from '../api/teaching.ts';

/** Who is invited into a course: by a letter to each address, or by a link for many. */
export function Invitations({ course }: { course: Course }) {
  const { data } = useInvitations(course.id);
  const invite = useInvite(course.id);
  const revoke = useRevoke(course.id);
  const [addresses, setAddresses] = useState('');
  const [days, setDays] = useState(14);
  const emails = addresses.split(/[\s,;]+/).filter((each) => each !== '');
  const open = (data?.items ?? []).filter(
    ({ revokedAt, expiresAt }) => revokedAt === null && Date.parse(expiresAt) > Date.now(),
  );
  const error = invite.error ?? revoke.error;

  function send(event: FormEvent) {
    event.preventDefault();
    invite.mutate(emails.length > 0 ? { emails, days } : { days }, { onSuccess: () => setAddresses('') });
  }
  return (
    <section aria-labelledby="invitations">
      <h2 id="invitations">Invitations</h2>
      <form className="teaching-form" onSubmit={send}>
        <label>
          Adresses, une par ligne ; sans adresse, un lien à donner
          <textarea rows={3} value={addresses} onChange={(event) => setAddresses(event.target.value)} />
        </label>
        <label>
          Valable, en jours
          <input
            type="number"
            min={1}
            max={365}
            value={days}
            onChange={(event) => setDays(event.target.valueAsNumber || 14)}
          />
        </label>
        <button type="submit" disabled={invite.isPending}>
          {emails.length > 0
            ? `Inviter ${emails.length} personne${emails.length > 1 ? 's' : ''}`
            : 'Créer un lien'}
        </button>
      </form>
      <p role="status" className="teaching-link">
        {invite.data?.link && `À copier maintenant, il ne sera plus montré : ${invite.data.link}`}
        {invite.data && !invite.data.link && 'Les lettres partent.'}
      </p>
      {error && <p role="alert">{error.message}</p>}
      <ul className="teaching-list">
        {open.map(({ id, email, expiresAt, usedCount }) => (
          <li key={id}>
            <span>
              {email ?? 'Un lien'}, jusqu’au {date(expiresAt)}
              {email === null && `, utilisé ${usedCount} fois`}
            </span>
            <button
              type="button"
              className="plain-button"
              aria-label={`Révoquer l’invitation ${email ?? 'par lien'}`}
              onClick={() => revoke.mutate(id)}
            >
              Révoquer
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

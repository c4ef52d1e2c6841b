import { type FormEvent, useState } from 'react';
import type { Course } from '#shared/schemas/course.ts';
import { Refused } from '#web/api.ts';
import { Failure } from '#web/layout/failure.tsx';
import { addressesIn } from '../addresses.ts';
import { useInvite } from '../api/teaching.ts';
import { OpenInvitations } from './open-invitations.tsx';

/** Who is invited into a course: by a letter to each address, or by a link for many. */
export function Invitations({ course }: { course: Course }) {
  const invite = useInvite(course.id);
  const [addresses, setAddresses] = useState('');
  const [days, setDays] = useState(14);
  const emails = addressesIn(addresses);
  /** The addresses that were refused, as they were sent: `body.emails.2` is the third one. */
  const wrong = (invite.error instanceof Refused ? (invite.error.problem.errors ?? []) : []).flatMap(
    ({ field }) => invite.variables?.emails?.[Number(field.split('.')[2])] ?? [],
  );

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
          Durée de validité (jours)
          <input
            type="number"
            min={1}
            max={365}
            value={days}
            onChange={(event) => setDays(event.target.valueAsNumber || 14)}
          />
        </label>
        {invite.error && (
          <Failure error={invite.error}>{wrong.length > 0 && <p>À corriger : {wrong.join(', ')}</p>}</Failure>
        )}
        <button type="submit" disabled={invite.isPending}>
          {emails.length > 0
            ? `Inviter ${emails.length} personne${emails.length > 1 ? 's' : ''}`
            : 'Créer un lien'}
        </button>
      </form>
      <p role="status" className="teaching-link">
        {invite.data?.link && `À copier maintenant, il ne sera plus montré : ${invite.data.link}`}
        {invite.data && !invite.data.link && 'Les e-mails partent.'}
      </p>
      <OpenInvitations courseId={course.id} kind="follower" />
    </section>
  );
}

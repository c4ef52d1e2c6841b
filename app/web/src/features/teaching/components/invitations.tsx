import { type FormEvent, useState } from 'react';
import type { Course } from '../../../../../server/schemas/course.ts';
import { useInvite } from '../api/teaching.ts';
import { OpenInvitations } from './open-invitations.tsx';

/** Who is invited into a course: by a letter to each address, or by a link for many. */
export function Invitations({ course }: { course: Course }) {
  const invite = useInvite(course.id);
  const [addresses, setAddresses] = useState('');
  const [days, setDays] = useState(14);
  const emails = addresses.split(/[\s,;]+/).filter((each) => each !== '');

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
      {invite.error && <p role="alert">{invite.error.message}</p>}
      <OpenInvitations courseId={course.id} kind="follower" />
    </section>
  );
}

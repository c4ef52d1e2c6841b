import { useState } from 'react';
import type { Course } from '../../../../../server/schemas/course.ts';
import { useInviteAuthor, useRemoveAuthor } from '../api/teaching.ts';
import { OpenInvitations } from './open-invitations.tsx';

/** Who writes a course, and who is invited to. */
export function Authors({ course }: { course: Course }) {
  const invite = useInviteAuthor(course.id);
  const remove = useRemoveAuthor(course.id);
  const [email, setEmail] = useState('');
  const error = invite.error ?? remove.error;
  return (
    <section aria-labelledby="auteurs">
      <h2 id="auteurs">Auteurs</h2>
      <ul className="teaching-list">
        {course.authors.map(({ id, name }) => (
          <li key={id}>
            <span>{name}</span>
            {course.authors.length > 1 && (
              <button
                type="button"
                className="plain-button"
                aria-label={`Retirer ${name}`}
                onClick={() => {
                  if (window.confirm(`${name} n’écrira plus ce cours. Continuer ?`)) remove.mutate(id);
                }}
              >
                Retirer
              </button>
            )}
          </li>
        ))}
      </ul>
      <form
        className="teaching-form"
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate(email, { onSuccess: () => setEmail('') });
        }}
      >
        <label>
          Adresse d’un enseignant
          <input type="email" required value={email} onChange={(event) => setEmail(event.target.value)} />
        </label>
        <button type="submit" disabled={invite.isPending}>
          Inviter un auteur
        </button>
      </form>
      <p role="status">
        {invite.data &&
          `Si un enseignant a l’adresse ${invite.data.email}, une lettre vient de partir ; il devient auteur quand il accepte.`}
      </p>
      {error && <p role="alert">{error.message}</p>}
      <OpenInvitations courseId={course.id} kind="author" />
    </section>
  );
}

import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Course } from '#shared/schemas/course.ts';
import { useCurrent } from '#web/features/people/api/people.ts';
import { Failure } from '#web/layout/failure.tsx';
import { ask } from '#web/layout/question.tsx';
import { useInviteAuthor, useRemoveAuthor } from '../api/teaching.ts';
import { OpenInvitations } from './open-invitations.tsx';

/** Who writes a course, and who is invited to. */
export function Authors({ course }: { course: Course }) {
  const invite = useInviteAuthor(course.id);
  const remove = useRemoveAuthor(course.id);
  const [email, setEmail] = useState('');
  const { data: me } = useCurrent();
  const navigate = useNavigate();
  /** Authors who leave have nothing to see to here any more. */
  const removed = (id: string) => id === me?.id && navigate(`/cours/${course.id}`);
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
                onClick={async () => {
                  if (
                    await ask({
                      title: `Retirer ${name} ?`,
                      words: 'Cette personne n’écrira plus ce cours.',
                      action: 'Retirer',
                    })
                  )
                    remove.mutate(id, { onSuccess: () => removed(id) });
                }}
              >
                Retirer
              </button>
            )}
          </li>
        ))}
      </ul>
      {remove.error && <p role="alert">{remove.error.message}</p>}
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
        {invite.error && <Failure error={invite.error} />}
        <button type="submit" disabled={invite.isPending}>
          Inviter un auteur
        </button>
      </form>
      <p role="status">
        {invite.data &&
          `Si un enseignant a l’adresse ${invite.data.email}, un e-mail vient de partir ; il devient auteur quand il accepte.`}
      </p>
      <OpenInvitations courseId={course.id} kind="author" />
    </section>
  );
}

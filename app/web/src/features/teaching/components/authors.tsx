import { useState } from 'react';
import type { Course } from '../../../../../server/schemas/course.ts';
import { useAddAuthor, useRemoveAuthor } from '../api/teaching.ts';

/** Who writes a course. */
export function Authors({ course }: { course: Course }) {
  const add = useAddAuthor(course.id);
  const remove = useRemoveAuthor(course.id);
  const [email, setEmail] = useState('');
  const error = add.error ?? remove.error;
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
          add.mutate(email, { onSuccess: () => setEmail('') });
        }}
      >
        <label>
          Adresse d’un enseignant
          <input type="email" required value={email} onChange={(event) => setEmail(event.target.value)} />
        </label>
        <button type="submit" disabled={add.isPending}>
          Ajouter un auteur
        </button>
      </form>
      {error && <p role="alert">{error.message}</p>}
    </section>
  );
}

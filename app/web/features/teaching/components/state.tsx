import { Link } from 'react-router';
import type { Course } from '#shared/schemas/course.ts';
import { ask } from '#web/layout/question.tsx';
import { useChangeState } from '../api/teaching.ts';

type Name = Course['state'];
const NOW: Record<Name, string> = {
  draft: 'Brouillon : seuls ses auteurs le voient.',
  published: 'Publié.',
  archived: 'Archivé : ceux qui le suivent le lisent encore, il n’est plus dans la liste.',
  deleted: 'Supprimé : pendant 30 jours vous pouvez le reprendre, puis il disparaît.',
};
const DOORS: Record<Name, [to: Name, label: string, asked?: [title: string, words: string]][]> = {
  draft: [
    ['published', 'Publier'],
    ['deleted', 'Supprimer', ['Supprimer ce cours ?', 'Vous pourrez le reprendre pendant 30 jours.']],
  ],
  published: [
    [
      'draft',
      'Retirer de la publication',
      ['Retirer ce cours de la publication ?', 'Plus personne ne le lira tant qu’il est un brouillon.'],
    ],
    ['archived', 'Archiver'],
    ['deleted', 'Supprimer', ['Supprimer ce cours ?', 'Vous pourrez le reprendre pendant 30 jours.']],
  ],
  archived: [
    ['published', 'Publier de nouveau'],
    ['deleted', 'Supprimer', ['Supprimer ce cours ?', 'Vous pourrez le reprendre pendant 30 jours.']],
  ],
  deleted: [['draft', 'Reprendre le cours']],
};

/** Where a course stands in its life, and what may become of it. */
export function State({ course }: { course: Course }) {
  const { mutate, isPending, error } = useChangeState(course.id);
  return (
    <section aria-labelledby="etat">
      <h2 id="etat">État</h2>
      <p role="status">{NOW[course.state]}</p>
      <p className="teaching-doors">
        {DOORS[course.state].map(([state, label, asked]) => (
          <button
            key={state}
            type="button"
            className={state === 'published' ? undefined : 'plain-button'}
            disabled={isPending}
            onClick={async () => {
              const [title, words] = asked ?? [];
              if (!title || (await ask({ title, ...(words ? { words } : {}), action: label })))
                mutate({ state, version: course.version });
            }}
          >
            {label}
          </button>
        ))}
      </p>
      {error && <p role="alert">{error.message}</p>}
      <p>
        <Link to={`/cours/${course.id}/ecrire`}>Écrire le texte du cours</Link>
      </p>
    </section>
  );
}

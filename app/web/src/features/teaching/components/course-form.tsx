import { type ReactNode, useId } from 'react';
import type { Course, NewCourse } from '../../../../../server/schemas/course.ts';
import { Refused } from '../../../api.ts';
import { Failure } from '../../../layout/failure.tsx';
import './teaching.css';

type Told = Required<NewCourse>;

/** What a course says of itself; what was typed stays when it is refused. */
export function CourseForm({
  course,
  action,
  isPending,
  error,
  onSend,
  children,
}: {
  course?: Course;
  action: string;
  isPending: boolean;
  error: Error | null;
  onSend(told: Told): void;
  children?: ReactNode;
}) {
  return (
    <form
      className="teaching-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(toldIn(new FormData(event.currentTarget)));
      }}
    >
      <Named label="Titre">
        {(id) => <input id={id} name="title" required maxLength={200} defaultValue={course?.title} />}
      </Named>
      <Named label="Résumé">
        {(id) => <textarea id={id} name="summary" rows={3} maxLength={2000} defaultValue={course?.summary} />}
      </Named>
      <Named label="Matière">
        {(id) => <input id={id} name="subject" required maxLength={80} defaultValue={course?.subject} />}
      </Named>
      <Named label="Niveau">
        {(id) => <input id={id} name="level" required maxLength={80} defaultValue={course?.level} />}
      </Named>
      <Named label="Mots-clés, séparés par des virgules">
        {(id) => <input id={id} name="tags" maxLength={500} defaultValue={course?.tags.join(', ')} />}
      </Named>
      <Named label="Langue du cours">
        {(id) => (
          <select id={id} name="language" defaultValue={course?.language ?? 'fr'}>
            <option value="fr">français</option>
            <option value="en">anglais</option>
          </select>
        )}
      </Named>
      <Named label="Écriture">
        {(id) => (
          <select id={id} name="format" defaultValue={course?.format ?? 'markdown'}>
            <option value="markdown">Markdown</option>
            <option value="text">texte simple</option>
          </select>
        )}
      </Named>
      <Named label="Qui peut le lire, une fois publié">
        {(id) => (
          <select id={id} name="visibility" defaultValue={course?.visibility ?? 'public'}>
            <option value="public">tout le monde</option>
            <option value="invitation">les personnes invitées</option>
          </select>
        )}
      </Named>
      {error && <Failure error={error} />}
      {error instanceof Refused && error.problem.errors && (
        <ul>
          {error.problem.errors.map(({ field, reason, mend }) => (
            <li key={field + reason}>
              {reason} : {mend}
            </li>
          ))}
        </ul>
      )}
      {children}
      <button type="submit" disabled={isPending}>
        {action}
      </button>
    </form>
  );
}

function Named({ label, children }: { label: string; children(id: string): ReactNode }) {
  const id = useId();
  return (
    <p>
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </p>
  );
}

function toldIn(form: FormData): Told {
  const read = (name: string) => String(form.get(name) ?? '');
  const tags = read('tags')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  return {
    title: read('title'),
    summary: read('summary'),
    subject: read('subject'),
    level: read('level'),
    language: read('language') as Told['language'],
    format: read('format') as Told['format'],
    visibility: read('visibility') as Told['visibility'],
    tags: [...new Set(tags)],
  };
}

import { type ReactNode, useId } from 'react';
import { Refused } from '../../../api.ts';
import { Failure } from '../../../layout/failure.tsx';
import type { Told } from '../changes.ts';
import './teaching.css';

/** What a course says of itself; what was typed stays when it is refused. A field that comes back otherwise is filled anew. */
export function CourseForm({
  filled,
  action,
  isPending,
  error,
  onSend,
  children,
}: {
  filled?: Told;
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
        {(id) => (
          <input
            key={filled?.title}
            id={id}
            name="title"
            readOnly={isPending}
            required
            maxLength={200}
            defaultValue={filled?.title}
          />
        )}
      </Named>
      <Named label="Résumé">
        {(id) => (
          <textarea
            key={filled?.summary}
            id={id}
            name="summary"
            readOnly={isPending}
            rows={3}
            maxLength={2000}
            defaultValue={filled?.summary}
          />
        )}
      </Named>
      <Named label="Matière">
        {(id) => (
          <input
            key={filled?.subject}
            id={id}
            name="subject"
            readOnly={isPending}
            required
            maxLength={80}
            defaultValue={filled?.subject}
          />
        )}
      </Named>
      <Named label="Niveau">
        {(id) => (
          <input
            key={filled?.level}
            id={id}
            name="level"
            readOnly={isPending}
            required
            maxLength={80}
            defaultValue={filled?.level}
          />
        )}
      </Named>
      <Named label="Mots-clés, séparés par des virgules">
        {(id) => (
          <input
            key={filled?.tags.join()}
            id={id}
            name="tags"
            readOnly={isPending}
            maxLength={500}
            defaultValue={filled?.tags.join(', ')}
          />
        )}
      </Named>
      <Named label="Langue du cours">
        {(id) => (
          <select key={filled?.language} id={id} name="language" defaultValue={filled?.language ?? 'fr'}>
            <option value="fr">français</option>
            <option value="en">anglais</option>
          </select>
        )}
      </Named>
      <Named label="Écriture">
        {(id) => (
          <select key={filled?.format} id={id} name="format" defaultValue={filled?.format ?? 'markdown'}>
            <option value="markdown">Markdown</option>
            <option value="text">texte simple</option>
          </select>
        )}
      </Named>
      <Named label="Qui peut le lire, une fois publié">
        {(id) => (
          <select
            key={filled?.visibility}
            id={id}
            name="visibility"
            defaultValue={filled?.visibility ?? 'public'}
          >
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

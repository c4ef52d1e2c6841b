import { type ReactNode, useId } from 'react';
import { Failure } from '#web/layout/failure.tsx';
import { Refusals, useRefusal } from '#web/layout/refusal.tsx';
import { useUnsavedForm } from '#web/layout/unsaved.tsx';
import type { CourseFields } from '../changes.ts';
import './teaching.css';

/** What a course says of itself; what was typed stays when it is refused. A field that comes back otherwise is filled again. */
export function CourseForm({
  filled,
  action,
  isPending,
  error,
  onSend,
  children,
}: {
  filled?: CourseFields;
  action: string;
  isPending: boolean;
  error: Error | null;
  onSend(fields: CourseFields): void;
  children?: ReactNode;
}) {
  const typed = useUnsavedForm({ isPending, error });
  return (
    <form
      className="teaching-form"
      onInput={typed}
      onSubmit={(event) => {
        event.preventDefault();
        onSend(fieldsIn(new FormData(event.currentTarget)));
      }}
    >
      <Refusals error={error}>
        <Named label="Titre" name="title">
          {(field) => (
            <input
              key={filled?.title}
              {...field}
              readOnly={isPending}
              required
              maxLength={200}
              defaultValue={filled?.title}
            />
          )}
        </Named>
        <Named label="Résumé" name="summary">
          {(field) => (
            <textarea
              key={filled?.summary}
              {...field}
              readOnly={isPending}
              rows={3}
              maxLength={2000}
              defaultValue={filled?.summary}
            />
          )}
        </Named>
        <Named label="Matière" name="subject">
          {(field) => (
            <input
              key={filled?.subject}
              {...field}
              readOnly={isPending}
              required
              maxLength={80}
              defaultValue={filled?.subject}
            />
          )}
        </Named>
        <Named label="Niveau" name="level">
          {(field) => (
            <input
              key={filled?.level}
              {...field}
              readOnly={isPending}
              required
              maxLength={80}
              defaultValue={filled?.level}
            />
          )}
        </Named>
        <Named label="Mots-clés, séparés par des virgules" name="tags">
          {(field) => (
            <input
              key={filled?.tags.join()}
              {...field}
              readOnly={isPending}
              maxLength={500}
              defaultValue={filled?.tags.join(', ')}
            />
          )}
        </Named>
        <Named label="Langue du cours" name="language">
          {(field) => (
            <select key={filled?.language} {...field} defaultValue={filled?.language ?? 'fr'}>
              <option value="fr">français</option>
              <option value="en">anglais</option>
            </select>
          )}
        </Named>
        <Named label="Format du texte" name="format">
          {(field) => (
            <select key={filled?.format} {...field} defaultValue={filled?.format ?? 'markdown'}>
              <option value="markdown">Markdown</option>
              <option value="text">texte simple</option>
            </select>
          )}
        </Named>
        <Named label="Qui peut le lire, une fois publié" name="visibility">
          {(field) => (
            <select key={filled?.visibility} {...field} defaultValue={filled?.visibility ?? 'public'}>
              <option value="public">tout le monde</option>
              <option value="invitation">les personnes invitées</option>
            </select>
          )}
        </Named>
      </Refusals>
      {error && <Failure error={error} isAtFields />}
      {children}
      <button type="submit" disabled={isPending}>
        {action}
      </button>
    </form>
  );
}

function Named({
  label,
  name,
  children,
}: {
  label: string;
  name: keyof CourseFields;
  children(field: { id: string; name: string }): ReactNode;
}) {
  const id = useId();
  const { said, words } = useRefusal(name);
  return (
    <p>
      <label htmlFor={id}>{label}</label>
      {children({ id, name, ...said })}
      {words}
    </p>
  );
}

function fieldsIn(form: FormData): CourseFields {
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
    language: read('language') as CourseFields['language'],
    format: read('format') as CourseFields['format'],
    visibility: read('visibility') as CourseFields['visibility'],
    tags: [...new Set(tags)],
  };
}

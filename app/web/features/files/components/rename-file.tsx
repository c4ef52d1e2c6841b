import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { Course } from '#shared/schemas/course.ts';
import { answerOf, api } from '#web/api.ts';
import { Failure } from '#web/layout/failure.tsx';

/** Gives a file another name, in the texts that have the old one too unless its author does not want that. */
export function RenameFile({
  courseId,
  file,
  onDone,
}: {
  courseId: string;
  file: Course['files'][number];
  onDone(words: string): void;
}) {
  const queries = useQueryClient();
  const [name, setName] = useState(file.name);
  const [rewrite, setRewrite] = useState(true);
  const [error, setError] = useState<Error>();
  const field = useId();
  const { data } = useQuery({
    queryKey: ['references', file.id],
    queryFn: () => answerOf(api.GET('/files/{id}/references', { params: { path: { id: file.id } } })),
  });
  const sections = data?.items ?? [];

  async function rename(event: FormEvent) {
    event.preventDefault();
    try {
      await api.PATCH('/files/{id}', {
        params: { path: { id: file.id } },
        body: { name, rewrite: rewrite && sections.length > 0 },
      });
      await queries.invalidateQueries({ queryKey: ['course', courseId] });
      onDone(`« ${file.name} » s’appelle maintenant « ${name} ».`);
    } catch (error) {
      setError(error as Error);
    }
  }

  return (
    <form className="file-rename" onSubmit={rename}>
      <label htmlFor={field}>Nouveau nom de {file.name}</label>
      <input
        id={field}
        value={name}
        maxLength={200}
        required
        // biome-ignore lint/a11y/noAutofocus: the person who asked for the form is about to type here
        autoFocus
        onChange={(event) => setName(event.target.value)}
      />
      {sections.length > 0 && (
        <label className="file-rewrite">
          <input type="checkbox" checked={rewrite} onChange={(event) => setRewrite(event.target.checked)} />
          Le changer aussi dans {sections.map(({ title }) => `« ${title} »`).join(', ')}
        </label>
      )}
      {error && <Failure error={error} />}
      <span className="file-doors">
        <button type="submit">Renommer</button>
        <button type="button" className="plain-button" onClick={() => onDone('')}>
          Annuler
        </button>
      </span>
    </form>
  );
}

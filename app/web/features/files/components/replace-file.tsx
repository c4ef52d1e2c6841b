import { useId } from 'react';
import type { Course } from '#shared/schemas/course.ts';
import { sendAll } from './upload-files.tsx';

/** Gives a file newer bytes: its name stays, and so does every text that shows it. */
export function ReplaceFile({
  course,
  file,
  onDone,
}: {
  course: { id: string; title: string };
  file: Course['files'][number];
  onDone(words: string): void;
}) {
  const field = useId();
  const hint = useId();
  return (
    <div className="file-rename">
      <label htmlFor={field}>La nouvelle version de {file.name}</label>
      <input
        id={field}
        type="file"
        aria-describedby={hint}
        // biome-ignore lint/a11y/noAutofocus: the person who asked for the field is about to choose here
        autoFocus
        onChange={(event) => {
          sendAll(course, [...(event.target.files ?? [])], { replaces: { id: file.id, name: file.name } });
          onDone(`La nouvelle version de « ${file.name} » est en route.`);
        }}
      />
      <p className="quiet" id={hint}>
        Le nom reste, et les textes qui montrent ce fichier montreront le nouveau.
      </p>
      <span className="file-doors">
        <button type="button" className="plain-button" onClick={() => onDone('')}>
          Annuler
        </button>
      </span>
    </div>
  );
}

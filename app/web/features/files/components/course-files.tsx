import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { unshownAdvice } from '#shared/markdown/media.ts';
import type { Course } from '#shared/schemas/course.ts';
import { answerOf, api } from '#web/api.ts';
import { size } from '#web/features/courses/words.ts';
import { ask } from '#web/layout/question.tsx';
import { referenceTo } from '../words.ts';
import { RenameFile } from './rename-file.tsx';
import './files.css';

/** Only authors need the program that sends. */
const UploadFiles = lazy(async () => ({ default: (await import('./upload-files.tsx')).UploadFiles }));
const ReplaceFile = lazy(async () => ({ default: (await import('./replace-file.tsx')).ReplaceFile }));

/** The files of a course: its readers download them; its authors add, name in their text, and delete them. */
export function CourseFiles({ course }: { course: Pick<Course, 'id' | 'title' | 'files' | 'mine'> }) {
  const isAuthor = course.mine?.author === true;
  const queries = useQueryClient();
  const [words, setWords] = useState('');
  /** What is being done to which file. */
  const [doing, setDoing] = useState<{ id: string; what: 'rename' | 'replace' }>();
  if (course.files.length === 0 && !isAuthor) return null;

  function done(words: string) {
    setDoing(undefined);
    setWords(words);
  }
  async function copy(file: Course['files'][number]) {
    const reference = referenceTo(file);
    await navigator.clipboard.writeText(reference).then(
      () => setWords(`Copié : ${reference}`),
      () => setWords(`À copier : ${reference}`),
    );
  }
  async function remove(file: Course['files'][number]) {
    try {
      const { items } = await answerOf(
        api.GET('/files/{id}/references', { params: { path: { id: file.id } } }),
      );
      const named = items.map(({ title }) => `« ${title} »`).join(', ');
      const isSure = await ask({
        title: `Supprimer « ${file.name} » ?`,
        ...(named === '' ? {} : { words: `Il est nommé dans ${named}.` }),
        action: 'Supprimer',
      });
      if (!isSure) return;
      await api.DELETE('/files/{id}', { params: { path: { id: file.id } } });
      setWords(`« ${file.name} » est supprimé.`);
      await queries.invalidateQueries({ queryKey: ['course', course.id] });
    } catch (error) {
      setWords((error as Error).message);
    }
  }

  return (
    <section aria-labelledby="fichiers">
      <h2 id="fichiers">Fichiers</h2>
      <ul className="files">
        {course.files.map((file) => (
          <li key={file.id}>
            <a href={`/api/v1/files/${file.id}`}>{file.name}</a>
            <span className="quiet">{size(file.size)}</span>
            {isAuthor && unshownAdvice(file.mediaType) && (
              <span className="upload-advice">{unshownAdvice(file.mediaType)}</span>
            )}
            {doing?.id === file.id && doing.what === 'rename' && (
              <RenameFile courseId={course.id} file={file} onDone={done} />
            )}
            {doing?.id === file.id && doing.what === 'replace' && (
              <Suspense>
                <ReplaceFile course={course} file={file} onDone={done} />
              </Suspense>
            )}
            {isAuthor && doing?.id !== file.id && (
              <span className="file-doors">
                <button
                  type="button"
                  className="plain-button"
                  aria-label={`Citer ${file.name}`}
                  onClick={() => copy(file)}
                >
                  Citer
                </button>
                <button
                  type="button"
                  className="plain-button"
                  aria-label={`Renommer ${file.name}`}
                  onClick={() => setDoing({ id: file.id, what: 'rename' })}
                >
                  Renommer
                </button>
                <button
                  type="button"
                  className="plain-button"
                  aria-label={`Remplacer ${file.name}`}
                  onClick={() => setDoing({ id: file.id, what: 'replace' })}
                >
                  Remplacer
                </button>
                <button
                  type="button"
                  className="plain-button"
                  aria-label={`Supprimer ${file.name}`}
                  onClick={() => remove(file)}
                >
                  Supprimer
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
      <p className="quiet file-status" role="status">
        {words}
      </p>
      {isAuthor && (
        <Suspense>
          <UploadFiles course={course} />
        </Suspense>
      )}
    </section>
  );
}

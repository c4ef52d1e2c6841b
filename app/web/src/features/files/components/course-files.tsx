import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Course } from '../../../../../server/schemas/course.ts';
import { api } from '../../../api.ts';
import { size } from '../../courses/words.ts';
import { referenceTo } from '../words.ts';
import './files.css';

/** Only authors need the program that sends. */
const UploadFiles = lazy(async () => ({ default: (await import('./upload-files.tsx')).UploadFiles }));

/** The files of a course: whoever reads it takes them; its authors add, name in their text, and delete them. */
export function CourseFiles({ course }: { course: Pick<Course, 'id' | 'files' | 'mine'> }) {
  const isAuthor = course.mine?.author === true;
  const queries = useQueryClient();
  const [told, setTold] = useState('');
  if (course.files.length === 0 && !isAuthor) return null;

  async function copy(file: Course['files'][number]) {
    const reference = referenceTo(file);
    await navigator.clipboard.writeText(reference).then(
      () => setTold(`Copié : ${reference}`),
      () => setTold(`À copier : ${reference}`),
    );
  }
  async function remove(file: Course['files'][number]) {
    if (!window.confirm(`Supprimer « ${file.name} » ?`)) return;
    try {
      await api.DELETE('/files/{id}', { params: { path: { id: file.id } } });
      setTold(`« ${file.name} » est supprimé.`);
      await queries.invalidateQueries({ queryKey: ['course', course.id] });
    } catch (error) {
      setTold((error as Error).message);
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
            {isAuthor && (
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
      <p className="quiet file-told" role="status">
        {told}
      </p>
      {isAuthor && (
        <Suspense>
          <UploadFiles courseId={course.id} />
        </Suspense>
      )}
    </section>
  );
}

import { useEffect, useState } from 'react';
import type { CourseOutline } from '#shared/schemas/course.ts';
import { forgetCourse, keepCourse, stateOf } from '#web/offline/kept.ts';
import { size } from '../words.ts';

/** Keeps a course on this device with its files, to read it without a network; says how much room that takes. */
export function KeepCourse({ course }: { course: CourseOutline }) {
  const [state, setState] = useState<Awaited<ReturnType<typeof stateOf>>>();
  const [share, setShare] = useState<number>();
  const [words, setWords] = useState('');
  useEffect(() => {
    void stateOf(course).then(setState);
  }, [course]);
  // Nothing to keep, or a browser that keeps nothing.
  if (state === undefined || course.sections.length === 0 || !('serviceWorker' in navigator)) return null;
  const room = size(course.files.reduce((sum, file) => sum + file.size, 0));
  const isBusy = share !== undefined;

  async function keep() {
    if (isBusy) return;
    setShare(0);
    setWords('');
    try {
      await keepCourse(course, setShare);
      setWords('Ce cours est sur cet appareil.');
    } catch (error) {
      setWords((error as Error).message);
    }
    setShare(undefined);
    setState(await stateOf(course));
  }
  async function forget() {
    await forgetCourse(course);
    setWords('Ce cours n’est plus sur cet appareil.');
    setState(await stateOf(course));
  }

  return (
    <section aria-labelledby="hors-connexion">
      <h2 id="hors-connexion">Hors connexion</h2>
      {state === 'whole' ? (
        <button type="button" className="plain-button" onClick={forget}>
          Retirer de cet appareil
        </button>
      ) : (
        <button type="button" className="plain-button" aria-disabled={isBusy} onClick={keep}>
          {state === 'part' ? 'Mettre à jour sur cet appareil' : 'Garder sur cet appareil'}
        </button>
      )}
      <p className="quiet">
        {course.files.length > 0
          ? `Textes et fichiers : ${room}.`
          : 'Les textes seulement : ce cours n’a pas de fichier.'}
      </p>
      {isBusy && <progress value={share} aria-label="Ce qui est arrivé" />}
      <p className="quiet" role="status">
        {words}
      </p>
    </section>
  );
}

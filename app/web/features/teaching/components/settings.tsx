import { useState } from 'react';
import type { Course } from '#shared/schemas/course.ts';
import { useChangeCourse } from '../api/teaching.ts';
import { type CourseFields, changesOf, undoneBy } from '../changes.ts';
import { CourseForm } from './course-form.tsx';

const LABELS: Record<keyof CourseFields, string> = {
  title: 'Titre',
  summary: 'Résumé',
  subject: 'Matière',
  level: 'Niveau',
  tags: 'Mots-clés',
  language: 'Langue du cours',
  format: 'Format du texte',
  visibility: 'Qui peut le lire',
};
const WORDS: Record<string, string> = {
  fr: 'français',
  en: 'anglais',
  markdown: 'Markdown',
  text: 'texte simple',
  public: 'tout le monde',
  invitation: 'les personnes invitées',
};
const CHOSEN: readonly string[] = ['language', 'format', 'visibility'];

/**
 * What a course says of itself, to be changed. Only what was changed is sent, so that authors who change different things
 * keep both; where it would undo what another one wrote since the page was opened, that is shown first.
 */
export function Settings({ course }: { course: Course }) {
  const { mutate, isPending, error, isSuccess, reset } = useChangeCourse(course.id);
  const [filled, setFilled] = useState(() => fieldsOf(course));
  const [seen, setSeen] = useState(() => fieldsOf(course));
  const [undone, setUndone] = useState<Partial<CourseFields>>({});
  const [isUnchanged, setUnchanged] = useState(false);

  function send(typed: CourseFields) {
    const changes = changesOf(typed, filled);
    const undoing = undoneBy(changes, { seen, present: fieldsOf(course) });
    setSeen(fieldsOf(course));
    setUndone(undoing);
    setUnchanged(Object.keys(changes).length === 0);
    if (Object.keys(undoing).length > 0 || Object.keys(changes).length === 0) return reset();
    mutate(
      { ...changes, version: course.version },
      {
        onSuccess: (changed) => {
          setFilled(fieldsOf(changed));
          setSeen(fieldsOf(changed));
        },
      },
    );
  }

  return (
    <section aria-labelledby="reglages">
      <h2 id="reglages">Présentation</h2>
      <CourseForm filled={filled} action="Enregistrer" isPending={isPending} error={error} onSend={send}>
        {Object.keys(undone).length > 0 && (
          <div className="failure" role="alert">
            <p>
              Un autre auteur a changé la même chose entre-temps. Enregistrez encore une fois pour remplacer
              ce qu’il a écrit :
            </p>
            <dl>
              {Object.entries(undone).map(([field, words]) => (
                <div key={field}>
                  <dt>{LABELS[field as keyof CourseFields]}</dt>
                  <dd>{wordsOf(field, words)}</dd>
                </div>
              ))}
            </dl>
          </div>
        )}
        {isUnchanged && <p role="status">Il n’y a rien de nouveau à enregistrer.</p>}
        {isSuccess && <p role="status">C’est enregistré.</p>}
      </CourseForm>
    </section>
  );
}

const fieldsOf = ({
  title,
  summary,
  subject,
  level,
  tags,
  language,
  format,
  visibility,
}: Course): CourseFields => ({
  ...{ title, summary, subject, level, tags, format, visibility },
  language: language as CourseFields['language'],
});

function wordsOf(field: string, words: string | string[]): string {
  const shown = Array.isArray(words)
    ? words.join(', ')
    : CHOSEN.includes(field)
      ? (WORDS[words] ?? words)
      : words;
  return shown === '' ? '(vide)' : shown;
}

import { useState } from 'react';
import type { Course } from '#shared/schemas/course.ts';
import { Waiting } from '#web/layout/waiting.tsx';
import { useRestore, useRevision, useRevisions } from '../api/teaching.ts';

const moments = new Intl.DateTimeFormat('fr', { dateStyle: 'long', timeStyle: 'short' });

/** What a course said before: what each version changed, and the way back to it. */
export function Revisions({ course }: { course: Course }) {
  const { data } = useRevisions(course.id);
  const restore = useRestore(course.id);
  const [shown, setShown] = useState<number>();
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">Versions</h2>
      <ul className="teaching-list">
        {(data?.items ?? []).map(({ version, at, author }, place) => (
          <li key={version}>
            <span>
              Version {version}, {moments.format(new Date(at))}
              {author && `, par ${author.name}`}
            </span>
            <span className="teaching-doors">
              <button
                type="button"
                className="plain-button"
                aria-expanded={shown === version}
                aria-label={`Ce que la version ${version} a changé`}
                onClick={() => setShown(shown === version ? undefined : version)}
              >
                Différences
              </button>
              {place > 0 && (
                <button
                  type="button"
                  className="plain-button"
                  aria-label={`Rétablir la version ${version}`}
                  disabled={restore.isPending}
                  onClick={() => restore.mutate({ version, present: course.version })}
                >
                  Rétablir
                </button>
              )}
            </span>
            {shown === version && <Changes courseId={course.id} version={version} />}
          </li>
        ))}
      </ul>
      {data?.next && <p className="quiet">Les versions plus anciennes restent gardées.</p>}
      {restore.error && <p role="alert">{restore.error.message}</p>}
    </section>
  );
}

function Changes({ courseId, version }: { courseId: string; version: number }) {
  const { data, error } = useRevision(courseId, version);
  if (error) return <p role="alert">{error.message}</p>;
  if (!data) return <Waiting />;
  if (data.changes.length === 0) return <p className="quiet">Rien n’a changé dans le texte.</p>;
  return (
    <div>
      {data.changes.map(({ where, lines }) => (
        <div key={where}>
          <h3>{WORDS[where] ?? where}</h3>
          <div className="teaching-diff">
            {lines.map(({ kind, text }, at) => {
              const Line = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : 'span';
              const sign = kind === 'added' ? '+ ' : kind === 'removed' ? '− ' : '  ';
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of a version never change
                <div key={at}>
                  <Line>
                    {sign}
                    {text}
                  </Line>
                </div>
              );
            })}
          </div>
        </div>
      ))}
    </div>
  );
}
/** Fields as authors know them; anything else is the title of a section. */
const WORDS: Record<string, string> = {
  title: 'Titre',
  summary: 'Résumé',
  subject: 'Matière',
  level: 'Niveau',
  language: 'Langue',
  format: 'Format du texte',
  tags: 'Mots-clés',
};

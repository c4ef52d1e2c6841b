import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answerOf, api } from '#web/api.ts';
import { Text } from '#web/markdown/text.tsx';

/** What is typed rests this long before it is drawn, in milliseconds. */
const REST_MILLISECONDS = 500;

/** A section as its readers will see it. The server draws it, as it will for them. */
export function Preview({
  course,
  title,
  body,
}: {
  course: { id: string; language: string; files: readonly { name: string }[] };
  title: string;
  body: string;
}) {
  const [rested, setRested] = useState(body);
  useEffect(() => {
    const rest = setTimeout(() => setRested(body), REST_MILLISECONDS);
    return () => clearTimeout(rest);
  }, [body]);
  const { data, error } = useQuery({
    queryKey: ['preview', course.id, rested, course.files.map(({ name }) => name)],
    queryFn: ({ signal }) =>
      answerOf(
        api.POST('/courses/{id}/preview', {
          params: { path: { id: course.id } },
          body: { body: rested, ...(title.trim() ? { title: title.trim() } : {}) },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  return (
    <div className="workshop-preview" lang={course.language} dir="auto">
      <h2>{title.trim() || 'Sans titre'}</h2>
      {error && (
        <p className="quiet" lang="fr">
          L’aperçu attend : {error.message}
        </p>
      )}
      {data && <Text html={data.html} />}
    </div>
  );
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { answerOf, api } from '#web/api.ts';
import { useUnsaved } from '#web/layout/unsaved.tsx';

/** How long somebody may pause while writing before it is kept, in milliseconds. */
const PAUSE = 1000;

/** What I note for myself beside a section; kept as it is written, and what could not be kept stays in the field. */
export function Notes({ courseId, sectionId }: { courseId: string; sectionId: string }) {
  const path = { params: { path: { id: courseId, sectionId } } };
  const queryKey = ['note', courseId, sectionId];
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      answerOf(api.GET('/courses/{id}/sections/{sectionId}/note', { ...path, signal })),
  });
  const keep = useMutation({
    mutationFn: (body: string) =>
      answerOf(api.PUT('/courses/{id}/sections/{sectionId}/note', { ...path, body: { body } })),
    onSuccess: (_, body) => queries.setQueryData(queryKey, { body }),
  });
  const [typed, setTyped] = useState<string>();
  const kept = data?.body ?? '';
  const text = typed ?? kept;
  const isUnkept = data !== undefined && text !== kept;
  useUnsaved(isUnkept && !keep.isPending);
  const { mutate, isPending, isError } = keep;
  useEffect(() => {
    if (!isUnkept || isPending || isError) return;
    const pause = setTimeout(() => mutate(text), PAUSE);
    return () => clearTimeout(pause);
  }, [text, isUnkept, isPending, isError, mutate]);
  const field = useId();
  return (
    <details className="notes" open={kept !== '' || typed !== undefined}>
      <summary>Mes notes</summary>
      <label htmlFor={field} className="quiet">
        Personne d’autre ne les voit.
      </label>
      <textarea
        id={field}
        rows={5}
        maxLength={20_000}
        disabled={data === undefined}
        value={text}
        onChange={(event) => {
          setTyped(event.target.value);
          keep.reset();
        }}
        onBlur={() => isUnkept && !isPending && mutate(text)}
      />
      <p className="quiet" role="status">
        {isUnkept ? (isError ? '' : 'Enregistrement…') : keep.isSuccess && 'Enregistré.'}
      </p>
      {keep.error && (
        <p role="alert">
          {keep.error.message}{' '}
          <button type="button" className="link-button" onClick={() => mutate(text)}>
            Réessayer
          </button>
        </p>
      )}
    </details>
  );
}

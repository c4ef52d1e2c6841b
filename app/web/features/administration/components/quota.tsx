import { type FormEvent, useId, useState } from 'react';
import { size } from '#web/features/courses/words.ts';
import { type Account, useChangeQuota } from '../api/administration.ts';
import { quotaOf, quotaWords } from '../words.ts';

/** What somebody, or a course, keeps in files, and how much they may. */
export function Quota({
  of,
  id,
  name,
  files,
}: {
  of: 'people' | 'courses';
  id: string;
  name: string;
  files: Account['files'];
}) {
  const field = useId();
  const { mutate, isPending, isSuccess, error } = useChangeQuota(of);
  const [typed, setTyped] = useState(files.own ? quotaWords(files.bytesMax) : '');
  const bytes = quotaOf(typed);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (bytes !== undefined) mutate({ id, bytes });
  };
  return (
    <form className="admin-quota" onSubmit={send}>
      <span>
        {size(files.bytes)} sur {size(files.bytesMax)}
      </span>
      <label htmlFor={field}>Place de {name}, en Go (vide : comme tous)</label>
      <input id={field} inputMode="decimal" value={typed} onChange={({ target }) => setTyped(target.value)} />
      <button type="submit" className="plain-button" disabled={isPending || bytes === undefined}>
        Fixer
      </button>
      <span role="status">{isSuccess ? 'C’est fixé.' : ''}</span>
      {bytes === undefined && <span className="refused">Un nombre, comme 2 ou 1,5.</span>}
      {error && <span role="alert">{error.message}</span>}
    </form>
  );
}

import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { CourseSearch } from '../api/courses.ts';

/** How long somebody may pause while typing, in milliseconds. */
const PAUSE = 300;
const SORTS = { pertinence: 'relevance', notes: 'rating', recents: 'recent' } as const;

/** What the address of the page asks for, so that a search can be kept and sent to others. */
export function useCourseSearch(): CourseSearch {
  const [address] = useSearchParams();
  const read = (name: string) => address.get(name)?.trim() || undefined;
  return {
    q: read('q')?.slice(0, 200),
    sort: SORTS[read('tri') as keyof typeof SORTS],
    subject: read('matiere'),
    level: read('niveau'),
  };
}

/** Where courses are searched: words, an order, and what narrows them. */
export function CourseSearchForm() {
  const [address, setAddress] = useSearchParams();
  const asked = address.get('q') ?? '';
  const [words, setWords] = useState(asked);
  // Going back and forth shows what was asked then.
  useEffect(() => setWords(asked), [asked]);
  const change = (name: string, value: string) =>
    setAddress(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  useEffect(() => {
    if (words === asked) return;
    const pause = setTimeout(() => change('q', words), PAUSE);
    return () => clearTimeout(pause);
  });
  const narrowed = [
    ['matiere', address.get('matiere')],
    ['niveau', address.get('niveau')],
  ] as const;

  return (
    <search>
      <form
        className="course-search"
        onSubmit={(event) => {
          event.preventDefault();
          change('q', words);
        }}
      >
        <label>
          <span>Chercher un cours</span>
          <input
            type="search"
            maxLength={200}
            value={words}
            autoComplete="off"
            onChange={(event) => setWords(event.target.value)}
          />
        </label>
        <label>
          <span>Trier par</span>
          <select
            value={address.get('tri') ?? (asked ? 'pertinence' : 'recents')}
            onChange={(event) => change('tri', event.target.value)}
          >
            {asked && <option value="pertinence">pertinence</option>}
            <option value="recents">date de publication</option>
            <option value="notes">note</option>
          </select>
        </label>
      </form>
      <p className="course-narrowed">
        {narrowed.map(([name, value]) =>
          value ? (
            <button
              key={name}
              type="button"
              className="plain-button"
              aria-label={`Ne plus choisir ${value}`}
              onClick={() => change(name, '')}
            >
              {value} <span aria-hidden="true">×</span>
            </button>
          ) : null,
        )}
      </p>
    </search>
  );
}

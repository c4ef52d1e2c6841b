import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { CourseSearch } from '../api/courses.ts';
import { HAS, LANGUAGES, LENGTHS } from '../words.ts';
import { FILTER_NAMES, isOn } from './facets.tsx';

/** How long somebody may pause while typing, in milliseconds. */
const PAUSE = 300;
const SORTS = { pertinence: 'relevance', notes: 'rating', recents: 'recent' } as const;

/** What the address of the page asks for, so that a search can be kept and sent to others. */
export function useCourseSearch(): CourseSearch {
  const [address] = useSearchParams();
  const read = (name: string) => address.get(name)?.trim() || undefined;
  const language = read(FILTER_NAMES.language);
  const length = read(FILTER_NAMES.length);
  return {
    q: read('q')?.slice(0, 200),
    sort: SORTS[read('tri') as keyof typeof SORTS],
    subject: read(FILTER_NAMES.subject)?.slice(0, 80),
    level: read(FILTER_NAMES.level)?.slice(0, 80),
    tag: read(FILTER_NAMES.tag)?.slice(0, 40),
    language: language === 'fr' || language === 'en' ? language : undefined,
    length: length === 'short' || length === 'medium' || length === 'long' ? length : undefined,
    video: isOn(address.get(FILTER_NAMES.video)) || undefined,
    subtitles: isOn(address.get(FILTER_NAMES.subtitles)) || undefined,
  };
}

/** What stands on the mark of a filter that is on. */
const wordsOf = (name: string, value: string): string => {
  if (name === FILTER_NAMES.language) return LANGUAGES[value] ?? value;
  if (name === FILTER_NAMES.length) return LENGTHS[value] ?? value;
  if (name === FILTER_NAMES.video) return HAS.video;
  if (name === FILTER_NAMES.subtitles) return HAS.subtitles;
  return value;
};

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
  const narrowed = Object.values(FILTER_NAMES).map((name) => [name, address.get(name)] as const);

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
              aria-label={`Ne plus choisir ${wordsOf(name, value)}`}
              onClick={() => change(name, '')}
            >
              {wordsOf(name, value)} <span aria-hidden="true">×</span>
            </button>
          ) : null,
        )}
      </p>
    </search>
  );
}

import { useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { CourseFacets } from '#shared/schemas/course.ts';
import type { CourseSearch } from '../api/courses.ts';
import { count, HAS, LANGUAGES, LENGTHS } from '../words.ts';

/** What the address of the page calls each filter. */
export const FILTER_NAMES = {
  subject: 'matiere',
  level: 'niveau',
  length: 'duree',
  language: 'langue',
  tag: 'motcle',
  video: 'video',
  subtitles: 'sous-titres',
} as const satisfies Partial<Record<keyof CourseSearch, string>>;
type FilterName = keyof typeof FILTER_NAMES;

/** Choices of one kind that are shown before one asks for the others. */
const SHOWN = 8;

interface Choice {
  name: FilterName;
  value: string;
  words: string;
  count: number;
}
interface Kind {
  title: string;
  choices: Choice[];
}

/** What the address holds where a filter is on that has no values. */
const ON = 'oui';
export const isOn = (value: string | null): boolean => value === ON;

type Values = CourseFacets['subjects'];
const plain = (name: FilterName, all: Values): Choice[] =>
  all.map((each) => ({ ...each, name, words: each.value }));
const spoken = (name: FilterName, all: Values, words: Record<string, string>): Choice[] =>
  Object.entries(words).flatMap(([value, said]) => {
    const found = all.find((each) => each.value === value);
    return found ? [{ ...found, name, words: said }] : [];
  });

const kindsOf = (facets: CourseFacets): Kind[] =>
  [
    { title: 'Matière', choices: plain('subject', facets.subjects) },
    { title: 'Niveau', choices: plain('level', facets.levels) },
    { title: 'Temps de lecture', choices: spoken('length', facets.lengths, LENGTHS) },
    {
      title: 'Contenu',
      choices: [
        { name: 'video', value: ON, words: HAS.video, count: facets.withVideo } as const,
        { name: 'subtitles', value: ON, words: HAS.subtitles, count: facets.withSubtitles } as const,
      ].filter((each) => each.count > 0),
    },
    { title: 'Langue', choices: spoken('language', facets.languages, LANGUAGES) },
    { title: 'Mots-clés', choices: plain('tag', facets.tags) },
  ].filter(({ choices }) => choices.length > 0);

/** What narrows the list, each with what it would leave; beside the list, and on a telephone in a sheet above it. */
export function Facets({ facets }: { facets: CourseFacets | undefined }) {
  const sheet = useRef<HTMLDialogElement>(null);
  const [address] = useSearchParams();
  const chosen = Object.values(FILTER_NAMES).filter((name) => address.has(name)).length;
  return (
    <>
      <button
        type="button"
        className="plain-button facets-door"
        aria-haspopup="dialog"
        onClick={() => sheet.current?.showModal()}
      >
        Filtrer{chosen > 0 ? ` (${chosen})` : ''}
      </button>
      <aside className="facets" aria-label="Filtres">
        {facets && <Kinds facets={facets} />}
      </aside>
      <dialog ref={sheet} className="facets-sheet" aria-labelledby="facets-title">
        <h2 id="facets-title">Filtrer</h2>
        {facets && <Kinds facets={facets} />}
        <p className="facets-done">
          <button type="button" onClick={() => sheet.current?.close()}>
            {facets ? `Voir ${count(facets.total, 'cours', 'cours')}` : 'Fermer'}
          </button>
        </p>
      </dialog>
    </>
  );
}

function Kinds({ facets }: { facets: CourseFacets }) {
  const [address, setAddress] = useSearchParams();
  const choose = (name: FilterName, value: string) =>
    setAddress(
      (before) => {
        const next = new URLSearchParams(before);
        if (before.get(FILTER_NAMES[name]) === value) next.delete(FILTER_NAMES[name]);
        else next.set(FILTER_NAMES[name], value);
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  const isChosen = ({ name, value }: Choice) => address.get(FILTER_NAMES[name]) === value;
  return kindsOf(facets).map((kind) => (
    <Choices
      key={kind.title}
      {...kind}
      isChosen={isChosen}
      choose={({ name, value }) => choose(name, value)}
    />
  ));
}

function Choices({
  title,
  choices,
  isChosen,
  choose,
}: Kind & { isChosen: (choice: Choice) => boolean; choose: (choice: Choice) => void }) {
  const [isWhole, setWhole] = useState(false);
  // What is chosen is always there to be taken back.
  const shown = choices.filter((each, at) => isWhole || at < SHOWN || isChosen(each));
  return (
    <fieldset className="facet">
      <legend>{title}</legend>
      {shown.map((each) => (
        <button
          key={each.name + each.value}
          type="button"
          className="facet-choice"
          aria-pressed={isChosen(each)}
          onClick={() => choose(each)}
        >
          <span>{each.words}</span> <span className="facet-count">{each.count}</span>
        </button>
      ))}
      {choices.length > shown.length && (
        <button type="button" className="link-button" onClick={() => setWhole(true)}>
          Voir les {choices.length}
        </button>
      )}
    </fieldset>
  );
}

/** Drawings of our own on a ground of 24 by 24, by what they stand for. */
const DRAWN = {
  courses:
    'M4 5.5C6.5 4.5 9.5 4.5 12 6c2.5-1.5 5.5-1.5 8-.5V19c-2.5-1-5.5-1-8 .5-2.5-1.5-5.5-1.5-8-.5zM12 6v13.5',
  mine: 'M6 3.5h12V21l-6-4-6 4z',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5',
} as const;

/** A drawing beside words that say the same. */
export const Icon = ({ name }: { name: keyof typeof DRAWN }) => (
  <svg className="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
    <path d={DRAWN[name]} />
  </svg>
);

import { Link } from 'react-router';

/** The subject of a course, with a colour of its own that stays the same everywhere; it may lead to its courses. */
export function Subject({ name, leads = false }: { name: string; leads?: boolean }) {
  return (
    <p className={`subject hue-${hueOf(name)}`}>
      {leads ? (
        <Link className="subject-link" to={{ pathname: '/', search: `?matiere=${encodeURIComponent(name)}` }}>
          {name}
        </Link>
      ) : (
        name
      )}
    </p>
  );
}
/** Colours that tokens.css has for subjects. */
const HUES = 6;

/** The number of a subject’s colour: the same everywhere. */
export function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) % 360;
  return sum % HUES;
}

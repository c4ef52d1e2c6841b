/** The subject of a course, with a colour of its own that stays the same everywhere. */
export function Subject({ name }: { name: string }) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) % 360;
  return <p className={`subject hue-${sum % HUES}`}>{name}</p>;
}
/** Colours that tokens.css has for subjects. */
const HUES = 6;

import type { Remark } from '../checks.ts';

/** What is to be seen to before others read the course, section by section. */
export function Remarks({
  remarks,
  titles,
  onChoose,
}: {
  remarks: readonly Remark[];
  titles: readonly string[];
  onChoose: (section: number) => void;
}) {
  if (remarks.length === 0) return <p>Rien à signaler : ce texte peut être publié.</p>;
  return (
    <ul className="remarks">
      {remarks.map(({ section, line, words }) => (
        <li key={`${section} ${line} ${words}`}>
          <button type="button" className="link-button" onClick={() => onChoose(section)}>
            {titles[section]?.trim() || 'Sans titre'}
            {line > 0 && `, ligne ${line}`}
          </button>{' '}
          {words}
        </li>
      ))}
    </ul>
  );
}

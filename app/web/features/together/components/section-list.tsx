import { useRef, useState } from 'react';
import type { Sections } from '../sections.ts';

/** The sections of a course: which one is written, their order – by dragging, by buttons, by Alt and arrows – and the way back. */
export function SectionList({
  sections,
  current,
  disabled,
  onChoose,
}: {
  sections: Sections;
  current: string | undefined;
  disabled: boolean;
  onChoose: (key: string) => void;
}) {
  const { shown } = sections;
  const [done, setDone] = useState('');
  const [canGoBack, setCanGoBack] = useState(false);
  const [dragged, setDragged] = useState<string>();
  const back = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLElement>(null);
  const at = shown.findIndex(({ key }) => key === current);

  function move(key: string, to: number) {
    if (disabled || to < 0 || to >= shown.length) return;
    const name = shown.find((each) => each.key === key)?.title.toString();
    sections.move(key, to);
    setCanGoBack(true);
    setDone(`« ${name} » est en place ${to + 1} sur ${shown.length}.`);
  }
  function remove(key: string) {
    const gone = shown.findIndex((each) => each.key === key);
    const name = shown[gone]?.title.toString();
    sections.remove(key);
    setCanGoBack(true);
    setDone(`« ${name} » est retirée.`);
    const next = shown[gone + 1] ?? shown[gone - 1];
    if (next) onChoose(next.key);
    // The button that was pushed goes with its section.
    requestAnimationFrame(() => back.current?.focus());
  }

  return (
    <nav className="workshop-sections" aria-label="Sections" ref={list}>
      <ol>
        {shown.map(({ key, title }, place) => (
          <li
            key={key}
            draggable={!disabled}
            className={dragged === key ? 'dragged' : undefined}
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move';
              event.dataTransfer.setData('text/plain', title.toString());
              setDragged(key);
            }}
            onDragEnd={() => setDragged(undefined)}
            onDragOver={(event) => {
              if (dragged) event.preventDefault();
            }}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged) move(dragged, place);
              setDragged(undefined);
            }}
          >
            <button
              type="button"
              className="section-name"
              aria-current={key === current ? 'true' : undefined}
              aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
              onClick={() => onChoose(key)}
              onKeyDown={(event) => {
                if (!event.altKey || !['ArrowUp', 'ArrowDown'].includes(event.key)) return;
                event.preventDefault();
                move(key, place + (event.key === 'ArrowUp' ? -1 : 1));
              }}
            >
              {title.toString().trim() || 'Sans titre'}
            </button>
          </li>
        ))}
      </ol>
      <div className="section-doors">
        <button
          type="button"
          disabled={disabled}
          onClick={() => {
            setDone('');
            onChoose(sections.add(current));
          }}
        >
          Ajouter une section
        </button>
        {at >= 0 && (
          <>
            <button
              type="button"
              className="plain-button"
              disabled={disabled || at === 0}
              onClick={() => move(shown[at]!.key, at - 1)}
            >
              Monter
            </button>
            <button
              type="button"
              className="plain-button"
              disabled={disabled || at === shown.length - 1}
              onClick={() => move(shown[at]!.key, at + 1)}
            >
              Descendre
            </button>
            <button
              type="button"
              className="plain-button"
              disabled={disabled}
              onClick={() => remove(shown[at]!.key)}
            >
              Retirer
            </button>
          </>
        )}
      </div>
      <p role="status" className="section-done">
        {done}
      </p>
      {canGoBack && (
        <button
          type="button"
          className="plain-button"
          ref={back}
          disabled={disabled}
          onClick={() => {
            sections.undo();
            setDone('C’est annulé.');
            setCanGoBack(false);
            // The button goes, and leaves the one who pushed it at the list.
            list.current?.querySelector<HTMLElement>('[aria-current]')?.focus();
          }}
        >
          Annuler
        </button>
      )}
    </nav>
  );
}

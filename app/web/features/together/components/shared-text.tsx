import { useEffect, useId, useLayoutEffect, useRef } from 'react';
import * as Y from 'yjs';
import { difference } from '#shared/schemas/together.ts';
import type { Connection, Present } from '../api/connection.ts';
import { hueOf } from '../hue.ts';

/** What was typed here, for undoing one's own changes only. */
const HERE = Symbol('typed here');

/** A text that several people type into, with the cursors of the others drawn in it. */
export function SharedText({
  text,
  label,
  connection,
  singleLine = false,
  disabled,
}: {
  text: Y.Text;
  label: string;
  connection: Connection;
  singleLine?: boolean;
  disabled: boolean;
}) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const undo = useRef<Y.UndoManager | null>(null);
  const composing = useRef(false);
  const selection = useRef<[Y.RelativePosition, Y.RelativePosition] | null>(null);
  const value = text.toString();

  /** Shows what others typed and keeps the own cursor between the same letters. */
  const show = () => {
    const element = field.current;
    if (!element || composing.current || element.value === text.toString()) return;
    const kept = selection.current;
    element.value = text.toString();
    if (!kept || document.activeElement !== element) return;
    const at = (position: Y.RelativePosition) =>
      (text.doc && Y.createAbsolutePositionFromRelativePosition(position, text.doc)?.index) ?? 0;
    element.setSelectionRange(at(kept[0]), at(kept[1]));
  };
  useLayoutEffect(show);

  useEffect(() => {
    const manager = new Y.UndoManager(text, { trackedOrigins: new Set([HERE]) });
    undo.current = manager;
    return () => manager.destroy();
  }, [text]);

  const select = () => {
    const element = field.current;
    if (!element || document.activeElement !== element) return;
    const at = (index: number) => Y.createRelativePositionFromTypeIndex(text, Math.min(index, text.length));
    selection.current = [at(element.selectionStart), at(element.selectionEnd)];
    connection.setCursor(Y.relativePositionToJSON(selection.current[1]));
  };
  const type = () => {
    const element = field.current;
    if (!element) return;
    if (singleLine) element.value = element.value.replace(/[\r\n\u2028\u2029]+/g, ' ');
    const { at, remove, insert } = difference(text.toString(), element.value);
    text.doc?.transact(() => {
      if (remove > 0) text.delete(at, remove);
      if (insert) text.insert(at, insert);
    }, HERE);
    select();
  };

  return (
    <div className="shared-field">
      <label htmlFor={id}>{label}</label>
      <div className={singleLine ? 'shared shared-line' : 'shared'}>
        <div className="shared-mirror" aria-hidden="true">
          <Mirror value={value} cursors={cursorsIn(text, connection.others)} />
        </div>
        <textarea
          id={id}
          ref={field}
          rows={1}
          defaultValue={value}
          readOnly={disabled}
          spellCheck
          onInput={type}
          onSelect={select}
          onBlur={() => connection.setCursor(null)}
          onCompositionStart={() => {
            composing.current = true;
          }}
          onCompositionEnd={() => {
            composing.current = false;
            type();
          }}
          onKeyDown={(event) => {
            if (singleLine && event.key === 'Enter') event.preventDefault();
            if (disabled || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
            // The browser's own undoing would take back what others typed.
            event.preventDefault();
            if (event.shiftKey) undo.current?.redo();
            else undo.current?.undo();
          }}
        />
      </div>
    </div>
  );
}

interface Cursor {
  at: number;
  present: Present;
}

function cursorsIn(text: Y.Text, others: Present[]): Cursor[] {
  return others
    .flatMap((present) => {
      if (!present.cursor || !text.doc) return [];
      try {
        const position = Y.createRelativePositionFromJSON(present.cursor);
        const found = Y.createAbsolutePositionFromRelativePosition(position, text.doc);
        return found?.type === text ? [{ at: found.index, present }] : [];
      } catch {
        // No position; somebody's browser said something else.
        return [];
      }
    })
    .sort((one, other) => one.at - other.at);
}

/** The same text in the same place, invisible but for the cursors; it also gives the field its height. */
function Mirror({ value, cursors }: { value: string; cursors: Cursor[] }) {
  let shown = 0;
  return (
    <>
      {cursors.map(({ at, present }) => {
        const before = value.slice(shown, at);
        shown = at;
        return (
          <span key={present.client}>
            {before}
            <span className={`cursor hue-${hueOf(present.person.id)}`}>
              <span className="cursor-name">{present.person.name}</span>
            </span>
          </span>
        );
      })}
      {`${value.slice(shown)}\u200b`}
    </>
  );
}

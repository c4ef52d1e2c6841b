import { StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, ViewPlugin, WidgetType } from '@codemirror/view';
import * as Y from 'yjs';
import type { Connection, Present } from '../api/connection.ts';
import { hueOf } from '../hue.ts';

/** Somebody else's cursor, under their name. */
class Cursor extends WidgetType {
  private readonly present: Present;
  constructor(present: Present) {
    super();
    this.present = present;
  }
  override eq(other: Cursor): boolean {
    return other.present.client === this.present.client;
  }
  override toDOM(): HTMLElement {
    const { id, name } = this.present.person;
    const cursor = document.createElement('span');
    cursor.className = `cursor hue-${hueOf(id)}`;
    cursor.ariaHidden = 'true';
    const label = document.createElement('span');
    label.className = 'cursor-name';
    label.textContent = name;
    cursor.append(label);
    return cursor;
  }
  override get estimatedHeight(): number {
    return 0;
  }
  override ignoreEvent(): boolean {
    return true;
  }
}

const shown = StateEffect.define<DecorationSet>();
const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(cursors, { changes, effects }) {
    const latest = effects.find((each) => each.is(shown));
    return latest ? latest.value : cursors.map(changes);
  },
  provide: (cursors) => EditorView.decorations.from(cursors),
});

/** Draws where the others are in a text, and tells them where one is oneself. */
export function cursorsIn(text: Y.Text, connection: Connection) {
  const follow = ViewPlugin.define((view) => {
    let isAsked = false;
    let isGone = false;
    // Not within the change that told of it.
    const show = () => {
      if (isAsked) return;
      isAsked = true;
      queueMicrotask(() => {
        isAsked = false;
        if (!isGone) view.dispatch({ effects: shown.of(decorationsOf(text, connection.others)) });
      });
    };
    const leave = connection.subscribe(show);
    show();
    return {
      destroy() {
        isGone = true;
        leave();
      },
    };
  });
  const tell = EditorView.updateListener.of(({ view, selectionSet, focusChanged, docChanged }) => {
    if (!selectionSet && !focusChanged && !docChanged) return;
    if (!view.hasFocus) {
      if (focusChanged) connection.setCursor(null);
      return;
    }
    const at = Math.min(view.state.selection.main.head, text.length);
    connection.setCursor(Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, at)));
  });
  return [field, follow, tell];
}

function decorationsOf(text: Y.Text, others: Present[]): DecorationSet {
  const cursors = others.flatMap((present) => {
    const at = positionIn(text, present.cursor);
    return at === undefined ? [] : [Decoration.widget({ widget: new Cursor(present), side: 1 }).range(at)];
  });
  return Decoration.set(cursors, true);
}

function positionIn(text: Y.Text, cursor: object | null): number | undefined {
  if (!cursor || !text.doc) return undefined;
  try {
    const position = Y.createRelativePositionFromJSON(cursor);
    const found = Y.createAbsolutePositionFromRelativePosition(position, text.doc);
    return found?.type === text ? found.index : undefined;
  } catch {
    // No position; somebody's browser said something else.
    return undefined;
  }
}

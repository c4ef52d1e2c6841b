import { completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap } from '@codemirror/commands';
import { markdownKeymap, markdownLanguage } from '@codemirror/lang-markdown';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next';
import * as Y from 'yjs';
import type { Connection } from '../api/connection.ts';
import { completion } from './completion.ts';
import { cursorsIn } from './cursors.ts';
import { look } from './look.ts';
import { around, link } from './marks.ts';

export interface RichEditorProps {
  text: Y.Text;
  connection: Connection;
  label: string;
  /** Language of the course, for spelling. */
  language: string;
  /** Files that the text may name, as they are now. */
  files: () => readonly { name: string; mediaType: string }[];
  /** Sends files that were dropped or pasted. @returns what names them in the text */
  onFiles: (files: readonly File[]) => string;
  onSave: () => void;
}

/** An editor of Markdown that several people type into at once; `undo` takes back one's own letters only. */
export interface RichEditor {
  view: EditorView;
  undo: Y.UndoManager;
  /** Whether one may type. */
  enable(isEnabled: boolean): void;
  destroy(): void;
}

/**
 * Opens an editor within an element. It lives in a shadow tree: there its styles are sheets of the tree, where in the page itself they
 * would be an element that the policy of our pages refuses.
 */
export function richEditor(element: HTMLElement, props: RichEditorProps): RichEditor {
  const { text, connection } = props;
  const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
  const undo = new Y.UndoManager(text);
  const enabled = new Compartment();
  const state = EditorState.create({
    doc: text.toString(),
    extensions: [
      keymap.of([
        { key: 'Mod-b', run: around('**') },
        { key: 'Mod-i', run: around('*') },
        { key: 'Mod-k', run: link },
        {
          key: 'Mod-s',
          run: () => {
            props.onSave();
            return true;
          },
        },
        ...yUndoManagerKeymap,
        ...completionKeymap,
        ...markdownKeymap,
        // Tab leads on, as everywhere.
        ...defaultKeymap,
      ]),
      enabled.of([]),
      markdownLanguage,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        'aria-label': props.label,
        lang: props.language,
        spellcheck: 'true',
        autocapitalize: 'sentences',
        autocorrect: 'on',
      }),
      yCollab(text, null, { undoManager: undo }),
      cursorsIn(text, connection),
      completion(props.files),
      arriving(props),
      look,
    ],
  });
  const view = new EditorView({ state, root, parent: root });
  return {
    view,
    undo,
    enable(isEnabled) {
      const is = [EditorState.readOnly.of(!isEnabled), EditorView.editable.of(isEnabled)];
      view.dispatch({ effects: enabled.reconfigure(is) });
    },
    destroy() {
      view.destroy();
      undo.destroy();
      connection.setCursor(null);
    },
  };
}

/** Files that are dropped on the text or pasted into it are sent, and named where they were. */
function arriving({ onFiles }: RichEditorProps): Extension {
  const put = (view: EditorView, at: number, files: FileList | undefined): boolean => {
    if (!files || files.length === 0) return false;
    const insert = onFiles([...files]);
    view.dispatch({
      changes: { from: at, insert },
      selection: { anchor: at + insert.length },
      userEvent: 'input.paste',
    });
    return true;
  };
  return EditorView.domEventHandlers({
    paste: (event, view) => {
      const isPut = put(view, view.state.selection.main.head, event.clipboardData?.files);
      if (isPut) event.preventDefault();
      return isPut;
    },
    drop: (event, view) => {
      const at = view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.selection.main.head;
      const isPut = put(view, at, event.dataTransfer?.files);
      if (isPut) event.preventDefault();
      return isPut;
    },
  });
}

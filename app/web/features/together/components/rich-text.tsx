import type { StateCommand } from '@codemirror/state';
import { useEffect, useRef } from 'react';
import { around, atLines, link } from '../editor/marks.ts';
import { type RichEditor, type RichEditorProps, richEditor } from '../editor/rich-editor.ts';

const TOOLS: [words: string, title: string, command: StateCommand][] = [
  ['Gras', 'Gras (Ctrl+B)', around('**')],
  ['Italique', 'Italique (Ctrl+I)', around('*')],
  ['Titre', 'Titre de deuxième niveau', atLines('## ')],
  ['Liste', 'Liste à puces', atLines('- ')],
  ['Citation', 'Citation', atLines('> ')],
  ['Lien', 'Lien (Ctrl+K)', link],
  ['Formule', 'Formule entre $', around('$')],
  ['Code', 'Code', around('`')],
];

/** One's own changes, back and forth. */
const WAYS_BACK: [words: string, title: string, way: 'undo' | 'redo'][] = [
  ['Annuler', 'Annuler (Ctrl+Z)', 'undo'],
  ['Rétablir', 'Rétablir (Ctrl+Y)', 'redo'],
];

/** A text of Markdown that several people type into, with its tools. */
export function RichText({ disabled, ...props }: RichEditorProps & { disabled: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<RichEditor>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const { text, connection, label, language } = props;
  useEffect(() => {
    const opened = richEditor(place.current!, {
      ...{ text, connection, label, language },
      files: () => latest.current.files(),
      onFiles: (files) => latest.current.onFiles(files),
      onSave: () => latest.current.onSave(),
    });
    editor.current = opened;
    return () => {
      editor.current = undefined;
      opened.destroy();
    };
  }, [text, connection, label, language]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another editor is told as well
  useEffect(() => {
    editor.current?.enable(!disabled);
  }, [disabled, text, connection, label, language]);

  const run = (command: StateCommand) => {
    editor.current?.view.focus();
    if (editor.current) command(editor.current.view);
  };
  return (
    <div className="rich-text">
      <div className="tools" role="toolbar" aria-label="Mise en forme">
        {TOOLS.map(([words, title, command]) => (
          <button
            key={words}
            type="button"
            className="plain-button"
            title={title}
            disabled={disabled}
            onClick={() => run(command)}
          >
            {words}
          </button>
        ))}
        {WAYS_BACK.map(([words, title, way]) => (
          <button
            key={words}
            type="button"
            className="plain-button"
            title={title}
            disabled={disabled}
            onClick={() => editor.current?.undo[way]()}
          >
            {words}
          </button>
        ))}
      </div>
      <div ref={place} />
    </div>
  );
}

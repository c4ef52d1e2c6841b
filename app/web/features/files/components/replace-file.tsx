import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import type { Course } from '#shared/schemas/course.ts';
import { type Sending, sendFile } from '../api/upload.ts';
import { EMPTY } from '../words.ts';

/** Gives a file newer bytes: its name stays, and so does every text that shows it. */
export function ReplaceFile({
  courseId,
  file,
  onDone,
}: {
  courseId: string;
  file: Course['files'][number];
  onDone(words: string): void;
}) {
  const queries = useQueryClient();
  const [state, setState] = useState<{ percent?: number; reason?: string }>({});
  const sending = useRef<Sending>(undefined);
  const field = useId();
  useEffect(() => () => sending.current?.giveUp(), []);

  function take(chosen: File | undefined) {
    if (!chosen) return;
    if (chosen.size === 0) return setState({ reason: EMPTY });
    setState({ percent: 0 });
    sending.current = sendFile({ courseId, replaces: file.id }, chosen, {
      sent: (sent) => setState({ percent: Math.floor((sent / chosen.size) * 100) }),
      done: () => {
        sending.current = undefined;
        void queries.invalidateQueries({ queryKey: ['course', courseId] });
        onDone(`« ${file.name} » est remplacé.`);
      },
      failed: (reason) => setState({ reason }),
    });
  }

  return (
    <div className="file-rename">
      <label htmlFor={field}>La nouvelle version de {file.name}</label>
      <input
        id={field}
        type="file"
        // biome-ignore lint/a11y/noAutofocus: the person who asked for the field is about to choose here
        autoFocus
        disabled={state.percent !== undefined}
        onChange={(event) => take(event.target.files?.[0])}
      />
      <p className="quiet">Le nom reste, et les textes qui montrent ce fichier montreront le nouveau.</p>
      <p role={state.reason ? 'alert' : 'status'}>
        {state.reason ?? (state.percent === undefined ? '' : `${state.percent} %`)}
      </p>
      <span className="file-doors">
        <button
          type="button"
          className="plain-button"
          onClick={() => {
            sending.current?.giveUp();
            sending.current = undefined;
            onDone('');
          }}
        >
          Annuler
        </button>
      </span>
    </div>
  );
}

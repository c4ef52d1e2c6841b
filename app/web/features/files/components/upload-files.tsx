import { useId, useRef, useState } from 'react';
import { pagePerson } from '#web/api.ts';
import { openDock } from '../api/dock.ts';
import { uploads } from '../api/uploads.ts';

/** Gives files to the queue of the window, as whose page this is. */
export function sendAll(
  course: { id: string; title: string },
  files: readonly File[],
  { replaces }: { replaces?: { id: string; name: string } } = {},
): void {
  const person = pagePerson();
  if (!person || files.length === 0) return;
  openDock();
  uploads.add({ course, personId: person.id, ...(replaces ? { replaces } : {}) }, files);
}

/** Where authors drop or choose files for their course; they leave in the queue that is around every page. */
export function UploadFiles({ course }: { course: { id: string; title: string } }) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const hint = useId();
  return (
    /* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button does the same by keyboard */
    <div
      className={over ? 'upload-zone upload-over' : 'upload-zone'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        sendAll(course, [...event.dataTransfer.files]);
      }}
    >
      <button type="button" aria-describedby={hint} onClick={() => input.current?.click()}>
        Ajouter des fichiers
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          sendAll(course, [...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <p className="quiet" id={hint}>
        ou déposez-les ici. 4 Go au plus par fichier ; vous pouvez changer de page pendant l’envoi.
      </p>
    </div>
  );
}

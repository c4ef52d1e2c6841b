import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { unshownByName } from '#shared/markdown/media.ts';
import { type Sending, sendFile } from '../api/upload.ts';
import { EMPTY } from '../words.ts';

interface Item {
  id: number;
  name: string;
  size: number;
  sent: number;
  state: 'sending' | 'paused' | 'failed' | 'refused' | 'done';
  reason?: string;
  /** What its author should know of it beforehand. */
  advice?: string | undefined;
}

/** Where authors drop or choose files for their course, and see them leave. */
export function UploadFiles({ courseId }: { courseId: string }) {
  const queries = useQueryClient();
  const [items, setItems] = useState<readonly Item[]>([]);
  const [over, setOver] = useState(false);
  const sendings = useRef(new Map<number, Sending>());
  const input = useRef<HTMLInputElement>(null);
  const hint = useId();
  useEffect(() => {
    const all = sendings.current;
    // Leaving the page pauses; the same file chosen again goes on.
    return () => {
      for (const sending of all.values()) sending.pause();
      all.clear();
    };
  }, []);

  const change = (id: number, to: Partial<Item>) =>
    setItems((before) => before.map((item) => (item.id === id ? { ...item, ...to } : item)));
  const forget = (id: number) => {
    sendings.current.delete(id);
    setItems((before) => before.filter((item) => item.id !== id));
  };

  function take(files: readonly File[]) {
    for (const file of files) {
      const id = nextId++;
      const item: Item = {
        id,
        name: file.name,
        size: file.size,
        sent: 0,
        state: 'sending',
        advice: unshownByName(file.name),
      };
      if (file.size === 0) {
        setItems((before) => [...before, { ...item, state: 'refused', reason: EMPTY }]);
        continue;
      }
      setItems((before) => [...before, item]);
      sendings.current.set(
        id,
        sendFile({ courseId }, file, {
          sent: (sent) => change(id, { sent }),
          done: () => {
            change(id, { sent: file.size, state: 'done' });
            sendings.current.delete(id);
            void queries.invalidateQueries({ queryKey: ['course', courseId] });
          },
          failed: (reason) => change(id, { state: 'failed', reason }),
        }),
      );
    }
  }

  return (
    <div className="upload">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button does the same by keyboard */}
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
          take([...event.dataTransfer.files]);
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
            take([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <p className="quiet" id={hint}>
          ou déposez-les ici. 4 Gio au plus par fichier ; un envoi coupé reprend où il en était.
        </p>
      </div>
      {items.length > 0 && (
        <ul className="upload-list" aria-label="Envois">
          {items.map((item) => (
            <li key={item.id}>
              <span className="upload-name">{item.name}</span>
              <progress max={Math.max(1, item.size)} value={item.sent} aria-label={`Envoi de ${item.name}`} />
              <span
                className="quiet"
                role={item.state === 'failed' || item.state === 'refused' ? 'alert' : 'status'}
              >
                {wordsOf(item)}
              </span>
              {item.advice && <span className="upload-advice">{item.advice}</span>}
              <span className="upload-doors">
                {item.state === 'sending' && (
                  <button
                    type="button"
                    className="plain-button"
                    aria-label={`Suspendre ${item.name}`}
                    onClick={() => {
                      sendings.current.get(item.id)?.pause();
                      change(item.id, { state: 'paused' });
                    }}
                  >
                    Suspendre
                  </button>
                )}
                {(item.state === 'paused' || item.state === 'failed') && (
                  <button
                    type="button"
                    className="plain-button"
                    aria-label={`Reprendre ${item.name}`}
                    onClick={() => {
                      change(item.id, { state: 'sending' });
                      sendings.current.get(item.id)?.resume();
                    }}
                  >
                    Reprendre
                  </button>
                )}
                {item.state !== 'done' && (
                  <button
                    type="button"
                    className="plain-button"
                    aria-label={`${item.state === 'refused' ? 'Fermer' : 'Abandonner'} ${item.name}`}
                    onClick={() => {
                      sendings.current.get(item.id)?.giveUp();
                      forget(item.id);
                    }}
                  >
                    {item.state === 'refused' ? 'Fermer' : 'Abandonner'}
                  </button>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

let nextId = 0;

function wordsOf({ state, sent, size, reason }: Item): string {
  const percent = `${size === 0 ? 100 : Math.floor((sent / size) * 100)} %`;
  switch (state) {
    case 'sending':
      return percent;
    case 'paused':
      return `Suspendu à ${percent}`;
    case 'failed':
    case 'refused':
      return reason ?? '';
    case 'done':
      return 'Ajouté';
  }
}

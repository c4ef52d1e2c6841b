import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Link } from 'react-router';
import { size } from '#web/features/courses/words.ts';
import type { QueuedFile } from '../api/queue.ts';
import { uploads } from '../api/uploads.ts';
import { progressOf, stateOf } from '../upload-words.ts';
import './upload-panel.css';

/** The queue of files: how far each is, what it waits for, and what may be done about it. */
export function UploadPanel({ personId }: { personId: string }) {
  const files = useSyncExternalStore(uploads.subscribe, uploads.snapshot);
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(true);
  const [arrived, setArrived] = useState('');
  useEffect(() => void uploads.restore(personId), [personId]);
  useEffect(
    () =>
      uploads.onArrival(({ course, name, replaces }) => {
        setArrived(replaces ? `« ${replaces.name} » est remplacé.` : `« ${name} » est ajouté.`);
        void queries.invalidateQueries({ queryKey: ['course', course.id] });
      }),
    [queries],
  );
  if (files.length === 0) return null;
  const isOver = files.every(({ state }) => state === 'done');
  return (
    <section className="uploads" aria-label="Envois">
      <p className="unseen" role="status">
        {arrived}
      </p>
      <div className="uploads-head">
        <p>{progressOf(files)}</p>
        <button
          type="button"
          className="plain-button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Réduire' : 'Détails'}
        </button>
        {isOver && (
          <button type="button" className="plain-button" onClick={() => uploads.clear()}>
            Fermer
          </button>
        )}
      </div>
      {isOpen && (
        <ul className="uploads-list">
          {files.map((file) => (
            <Row key={file.id} file={file} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ file }: { file: QueuedFile }) {
  const { id, name, state, course, sent, advice } = file;
  const isUnderWay = ['waiting', 'sending', 'offline'].includes(state);
  return (
    <li>
      <span className="uploads-name">
        {name} <span className="quiet">{size(file.size)}</span>
      </span>
      {!['refused', 'done'].includes(state) && (
        <progress max={Math.max(1, file.size)} value={sent} aria-label={`Envoi de ${name}`} />
      )}
      <span className="quiet" role={state === 'refused' ? 'alert' : undefined}>
        {stateOf(file)}
      </span>
      {advice && <span className="uploads-advice">{advice}</span>}
      <span className="uploads-doors">
        {isUnderWay && <Door word="Suspendre" name={name} onPush={() => uploads.pause(id)} />}
        {state === 'paused' && <Door word="Reprendre" name={name} onPush={() => uploads.resume(id)} />}
        {state === 'absent' && <Chooser name={name} onChoice={(chosen) => uploads.choose(id, chosen)} />}
        {state === 'done' ? (
          <Link to={`/cours/${course.id}`}>{course.title}</Link>
        ) : (
          <Door
            word={state === 'refused' ? 'Fermer' : 'Abandonner'}
            name={name}
            onPush={() => uploads.giveUp(id)}
          />
        )}
      </span>
    </li>
  );
}

function Door({ word, name, onPush }: { word: string; name: string; onPush: () => void }) {
  return (
    <button type="button" className="plain-button" aria-label={`${word} ${name}`} onClick={onPush}>
      {word}
    </button>
  );
}

/** Asks for a file that a closed window took along; what was sent of it already is not sent again. */
function Chooser({ name, onChoice }: { name: string; onChoice: (file: File) => void }) {
  return (
    <label className="uploads-chooser">
      Choisir de nouveau {name}
      <input
        type="file"
        onChange={({ target }) => {
          const [chosen] = target.files ?? [];
          if (chosen) onChoice(chosen);
          target.value = '';
        }}
      />
    </label>
  );
}

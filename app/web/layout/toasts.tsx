import { useEffect, useState } from 'react';
import { channel } from './channel.ts';

interface Toast {
  id: number;
  words: string;
  undo?: (() => void) | undefined;
}

/** How long words stay, in milliseconds; longer where there is something to press. Nothing is lost with them: it can be done on the page too. */
const STAYS_MILLISECONDS = 6000;
const STAYS_WITH_UNDO_MILLISECONDS = 12_000;

const toasts = channel<readonly Toast[]>([]);
let last = 0;

/** Says what came of something, for a moment, wherever one is. @param undo offered as « Annuler » */
export function tell(words: string, undo?: () => void): void {
  last += 1;
  // Three fit on a telephone.
  toasts.set([...toasts.get(), { id: last, words, undo }].slice(-3));
}
const drop = (id: number) => toasts.set(toasts.get().filter((each) => each.id !== id));

/** What was told, read out as it comes. */
export function Toasts() {
  const told = toasts.use();
  return (
    <div className="toasts" role="status" aria-live="polite" aria-relevant="additions">
      {told.map((toast) => (
        <Told key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function Told({ toast: { id, words, undo } }: { toast: Toast }) {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const end = setTimeout(() => drop(id), undo ? STAYS_WITH_UNDO_MILLISECONDS : STAYS_MILLISECONDS);
    return () => clearTimeout(end);
  }, [id, undo, isHeld]);
  return (
    <p
      className="toast"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{words}</span>
      {undo && (
        <button
          type="button"
          className="link-button"
          onClick={() => {
            undo();
            drop(id);
            // What was pressed is gone.
            document.getElementById('contenu')?.focus({ preventScroll: true });
          }}
        >
          Annuler
        </button>
      )}
    </p>
  );
}

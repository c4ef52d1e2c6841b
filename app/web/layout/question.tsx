import { useEffect, useRef } from 'react';
import { channel } from './channel.ts';

interface Question {
  /** What would happen, asked. */
  title: string;
  /** What comes of it. */
  words?: string;
  /** What the button says that does it. */
  action: string;
}

const asked = channel<(Question & { answer: (is: boolean) => void }) | undefined>(undefined);

/** Asks before something that is not undone by a click. Whoever closes the question has said no. */
export function ask(question: Question): Promise<boolean> {
  asked.get()?.answer(false);
  return new Promise((resolve) => {
    asked.set({
      ...question,
      answer: (is) => {
        asked.set(undefined);
        resolve(is);
      },
    });
  });
}

/** The question that is asked, above the page; the focus goes back to where it was. */
export function Asked() {
  const question = asked.use();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (question) dialog.current?.showModal();
  }, [question]);
  if (!question) return null;
  const { title, words, action, answer } = question;
  const end = (is: boolean) => {
    // Closed before it is gone, so that the browser gives the focus back.
    dialog.current?.close();
    answer(is);
  };
  return (
    <dialog
      ref={dialog}
      className="question"
      aria-labelledby="question"
      onCancel={(event) => {
        event.preventDefault();
        end(false);
      }}
    >
      <h2 id="question">{title}</h2>
      {words && <p>{words}</p>}
      <p className="question-doors">
        <button type="button" className="plain-button" onClick={() => end(false)}>
          Annuler
        </button>
        <button type="button" onClick={() => end(true)}>
          {action}
        </button>
      </p>
    </dialog>
  );
}

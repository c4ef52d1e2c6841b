import { type ReactNode, useId, useState } from 'react';
import { Failure } from '#web/layout/failure.tsx';
import { useUnsaved } from '#web/layout/unsaved.tsx';
import { useNamed } from '../api/forum.ts';
import { beginningAt, labelOf, type Named } from '../words.ts';

/** A field to write Markdown in; what was typed stays when it cannot be sent, or may be no longer. */
export function BodyForm({
  label,
  action,
  courseId,
  initial = '',
  named = [],
  isOpen = true,
  isPending,
  error,
  onSend,
  onCancel,
  children,
}: {
  label: string;
  action: string;
  courseId: string;
  initial?: string;
  /** Whom the initial text names. */
  named?: Named[];
  isOpen?: boolean;
  isPending: boolean;
  error: Error | null;
  onSend: (body: string, meant: Named[], form: FormData) => void;
  onCancel?: () => void;
  children?: ReactNode;
}) {
  const id = useId();
  const [body, setBody] = useState(initial);
  const [meant, setMeant] = useState(named);
  const [beginning, setBeginning] = useState<string>();
  const { data: found } = useNamed(courseId, beginning);
  useUnsaved(body.trim() !== initial.trim() && !isPending);
  if (!isOpen && body.trim() === '') return null;

  /** Puts the name of the person who was chosen where its beginning was typed. */
  function name(person: Named, typed: string) {
    const field = document.getElementById(id) as HTMLTextAreaElement;
    const at = field.selectionStart;
    const before = `${body.slice(0, at - typed.length)}${labelOf(person, meant)} `;
    setBody(before + body.slice(at));
    setMeant([...meant, person]);
    setBeginning(undefined);
    field.focus();
  }
  return (
    <form
      className="forum-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(body, meant, new FormData(event.currentTarget));
      }}
    >
      {children}
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        required
        maxLength={20_000}
        rows={6}
        value={body}
        aria-describedby={`${id}-help`}
        onChange={({ target }) => {
          setBody(target.value);
          setBeginning(beginningAt(target.value.slice(0, target.selectionStart)));
        }}
      />
      {beginning !== undefined && found && found.items.length > 0 && (
        <ul className="forum-named" aria-label="Personnes à nommer">
          {found.items.map((person) => (
            <li key={person.id}>
              <button type="button" className="plain-button" onClick={() => name(person, beginning)}>
                @{person.name}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p id={`${id}-help`} className="quiet">
        Markdown et formules entre $ sont acceptés ; \$ est le signe lui-même.
      </p>
      {error && <Failure error={error} />}
      <p className="forum-actions">
        <button type="submit" disabled={isPending || body.trim() === ''}>
          {action}
        </button>
        {onCancel && (
          <button type="button" className="plain-button" onClick={onCancel}>
            Annuler
          </button>
        )}
      </p>
    </form>
  );
}

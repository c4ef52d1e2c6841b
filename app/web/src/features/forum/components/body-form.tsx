import { type ReactNode, useId, useState } from 'react';
import { Failure } from '../../../layout/failure.tsx';

/** A field to write Markdown in; what was typed stays when it cannot be sent, or may be no longer. */
export function BodyForm({
  label,
  action,
  initial = '',
  isOpen = true,
  isPending,
  error,
  onSend,
  onCancel,
  children,
}: {
  label: string;
  action: string;
  initial?: string;
  isOpen?: boolean;
  isPending: boolean;
  error: Error | null;
  onSend: (body: string, form: FormData) => void;
  onCancel?: () => void;
  children?: ReactNode;
}) {
  const id = useId();
  const [body, setBody] = useState(initial);
  if (!isOpen && body.trim() === '') return null;
  return (
    <form
      className="forum-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(body, new FormData(event.currentTarget));
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
        onChange={(event) => setBody(event.target.value)}
      />
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

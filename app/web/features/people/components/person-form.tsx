import { type ReactNode, useId } from 'react';
import { Failure } from '#web/layout/failure.tsx';
import { Refusals, useRefusal } from '#web/layout/refusal.tsx';
import { useUnsavedForm } from '#web/layout/unsaved.tsx';
import './people.css';

/** A form of a few fields; what was typed stays when it is refused, and each refusal stands at its field. */
export function PersonForm({
  action,
  isPending,
  error,
  onSend,
  keeps = false,
  children,
}: {
  action: string;
  isPending: boolean;
  error: Error | null;
  onSend: (values: Record<string, string>) => void;
  /** Whether one is asked before leaving what was typed. */
  keeps?: boolean;
  children: ReactNode;
}) {
  const typed = useUnsavedForm({ isPending, error });
  return (
    <form
      className="person-form"
      {...(keeps ? { onInput: typed } : {})}
      onSubmit={(event) => {
        event.preventDefault();
        onSend(
          Object.fromEntries(
            [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
          ),
        );
      }}
    >
      <Refusals error={error}>{children}</Refusals>
      {error && <Failure error={error} isAtFields />}
      <button type="submit" disabled={isPending}>
        {action}
      </button>
    </form>
  );
}

/** A field with its name above, and a word of help below. */
export function Field({
  name,
  label,
  help,
  ...rest
}: {
  name: string;
  label: string;
  help?: string;
  type?: 'text' | 'email' | 'password';
  autoComplete: string;
  required?: boolean;
  defaultValue?: string;
  maxLength?: number;
  minLength?: number;
  spellCheck?: boolean;
}) {
  const id = useId();
  const { said, words } = useRefusal(name, help && `${id}-help`);
  return (
    <p>
      <label htmlFor={id}>{label}</label>
      <input id={id} name={name} {...said} {...rest} />
      {words}
      {help && (
        <span className="quiet" id={`${id}-help`}>
          {help}
        </span>
      )}
    </p>
  );
}

/** The same for a text of several lines. */
export function LongField({
  name,
  label,
  ...rest
}: {
  name: string;
  label: string;
  defaultValue: string;
  maxLength: number;
}) {
  const id = useId();
  const { said, words } = useRefusal(name);
  return (
    <p>
      <label htmlFor={id}>{label}</label>
      <textarea id={id} name={name} rows={3} {...said} {...rest} />
      {words}
    </p>
  );
}

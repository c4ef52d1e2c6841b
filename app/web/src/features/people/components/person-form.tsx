import { type ReactNode, useId } from 'react';
import { Refused } from '../../../api.ts';
import { Failure } from '../../../layout/failure.tsx';
import './people.css';

/** A form of a few fields; what was typed stays when it is refused, and each refusal stands at its field. */
export function PersonForm({
  action,
  isPending,
  error,
  onSend,
  children,
}: {
  action: string;
  isPending: boolean;
  error: Error | null;
  onSend: (values: Record<string, string>) => void;
  children: ReactNode;
}) {
  return (
    <form
      className="person-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(
          Object.fromEntries(
            [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
          ),
        );
      }}
    >
      {children}
      {error && <Failure error={error} />}
      {error instanceof Refused && error.problem.errors && (
        <ul>
          {error.problem.errors.map(({ field, reason, mend }) => (
            <li key={field + reason}>
              {reason} : {mend}
            </li>
          ))}
        </ul>
      )}
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
}) {
  const id = useId();
  return (
    <p>
      <label htmlFor={id}>{label}</label>
      <input id={id} name={name} aria-describedby={help ? `${id}-help` : undefined} {...rest} />
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
  return (
    <p>
      <label htmlFor={id}>{label}</label>
      <textarea id={id} name={name} rows={3} {...rest} />
    </p>
  );
}

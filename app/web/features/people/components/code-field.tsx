import { useEffect, useRef, useState } from 'react';
import { wantsCode } from '../api/second-factor.ts';
import { Field } from './person-form.tsx';

/** Where one types the code of one's telephone; browsers and password managers fill it in. */
export const CodeField = ({ label = 'Code du téléphone ou code de secours' }: { label?: string }) => (
  <Field name="code" label={label} autoComplete="one-time-code" required maxLength={60} spellCheck={false} />
);

/** The same in a form that asks for it only once the server wants one. It takes the focus when it comes. */
export function CodeIfWanted({ error }: { error: Error | null }) {
  const [isWanted, setWanted] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const isNow = wantsCode(error);
  useEffect(() => {
    if (isNow) setWanted(true);
  }, [isNow]);
  useEffect(() => {
    if (isWanted) place.current?.querySelector('input')?.focus();
  }, [isWanted]);
  return isWanted ? (
    <div ref={place} className="code-field">
      <CodeField />
    </div>
  ) : null;
}

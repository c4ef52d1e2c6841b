import { createContext, type ReactNode, useContext, useId } from 'react';
import type { FieldProblem } from '#shared/problem.ts';
import { Refused } from '../api.ts';

const Problems = createContext<readonly FieldProblem[]>([]);

/** Tells the fields of a form what the server has against them. */
export function Refusals({ error, children }: { error: Error | null; children: ReactNode }) {
  return <Problems value={(error instanceof Refused && error.problem.errors) || []}>{children}</Problems>;
}

/** What the server has against a field: what the field says of itself, and the words that stand below it. */
export function useRefusal(name: string, help?: string) {
  const id = useId();
  const refused = useContext(Problems).find(({ field }) => `${field}.`.startsWith(`body.${name}.`));
  if (!refused) return { said: { 'aria-describedby': help }, words: null };
  return {
    said: { 'aria-invalid': true, 'aria-describedby': help ? `${id} ${help}` : id },
    words: (
      <span className="refused" id={id}>
        {wordsOf(refused)}
      </span>
    ),
  };
}

export const wordsOf = ({ reason, mend }: FieldProblem): string => `${reason} : ${mend}`;

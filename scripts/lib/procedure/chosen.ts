import type { Procedure, Step } from '#sites/schema/procedure.ts';
import { CannotLook } from '../main.ts';

/** The steps that a person chose, in the order of the procedure. @throws CannotLook for a step that it does not have */
export function chosen({ steps }: Procedure, { from, only }: { from?: string; only?: string[] }): Step[] {
  const known = steps.map(({ id }) => id);
  for (const id of [...(from === undefined ? [] : [from]), ...(only ?? [])])
    if (!known.includes(id)) throw new CannotLook(`there is no step ${id}; there are ${known.join(', ')}`);
  if (only) return steps.filter(({ id }) => only.includes(id));
  return steps.slice(from === undefined ? 0 : known.indexOf(from));
}

import { type Data, listOf } from '#policies/reading/texts.ts';

/** Who set a field last, as the API server has noted it. */
export interface Owner {
  manager: string;
  /** ISO 8601. */
  since?: string;
}

/**
 * The owners of a field of a live object, by its steps as the comparison names them: `spec`, `containers`, `[api]`, `image`. Where
 * nobody owns the field itself, those of what it is in.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management (the form of `fieldsV1`)
 */
export function ownersOf(object: Data, steps: readonly string[]): Owner[] {
  const found = listOf(object.metadata?.managedFields)
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ manager, time, fieldsV1 }) => ({
      manager: String(manager),
      since: time,
      depth: depthOf(fieldsV1, steps),
    }))
    .filter(({ depth }) => depth > 0);
  const deepest = Math.max(0, ...found.map(({ depth }) => depth));
  return found
    .filter(({ depth }) => depth === deepest)
    .map(({ manager, since }) => ({ manager, ...(since ? { since } : {}) }));
}

/** How many of the steps a set of fields has. */
function depthOf(fields: Data, [step, ...rest]: readonly string[]): number {
  if (step === undefined || fields === null || typeof fields !== 'object') return 0;
  const key = Object.keys(fields).find((each) => names(each, step));
  return key === undefined ? 0 : 1 + depthOf(fields[key], rest);
}

/** `f:` is a field, `k:` an element by its keys, `v:` one by what it is. */
function names(key: string, step: string): boolean {
  const [form, said] = [key.slice(0, 2), key.slice(2)];
  if (form === 'f:') return said === step;
  if (!step.startsWith('[')) return false;
  const wanted = step.slice(1, -1);
  if (form === 'v:') return said === wanted || said === JSON.stringify(wanted);
  return form === 'k:' && Object.values(JSON.parse(said) as object).join(' ') === wanted;
}

import type { Policy } from '../law.ts';
import { traefikFiles } from '../reading/ingress-files.ts';
import type { Data } from '../reading/objects.ts';
import known from '../reading/schemas/traefik-3.7.json' with { type: 'json' };

const STATIC = new Set(known.static);
const DYNAMIC = new Set(known.dynamic);

export const traefikOptions: Policy = {
  id: 'traefik-options',
  title: 'every option that Traefik is given is one that its release has',
  why: 'Traefik refuses to start over an unknown option in its start-up file, on every worker at once, and drops the whole file that it watches over an unknown key: limits, headers and TLS settings with it.',
  check(_model, tree) {
    return traefikFiles(tree).flatMap(({ path, site, fixed, watched }) =>
      [
        ...unknown(fixed, STATIC).map((name) => ({ name, file: 'traefik.yaml' })),
        ...unknown(watched, DYNAMIC).map((name) => ({ name, file: 'dynamic.yaml' })),
      ].map(({ name, file }) => ({
        path,
        text: name.split('.').at(-1),
        message: `${site}: ${file} sets ${name}, which Traefik 3.7 does not have`,
        fix: 'take the name from the reference of that release',
      })),
    );
  },
};

/** Paths of leaves, by the names as written, that are not in the list. */
function unknown(value: Data, names: Set<string>, path: string[] = [], pattern = ''): string[] {
  if (names.has(pattern) && !isMap(value)) return [];
  if (Array.isArray(value)) return value.flatMap((each) => unknown(each, names, path, pattern));
  if (!isMap(value) || Object.keys(value).length === 0) return names.has(pattern) ? [] : [path.join('.')];
  return Object.entries(value).flatMap(([key, each]) => {
    const exact = below(pattern, key.toLowerCase());
    const own = below(pattern, '_name_');
    const next = has(names, exact) ? exact : own;
    return has(names, next) ? unknown(each, names, [...path, key], next) : [[...path, key].join('.')];
  });
}
const isMap = (value: Data): boolean => value !== null && typeof value === 'object' && !Array.isArray(value);
const below = (pattern: string, key: string): string => (pattern ? `${pattern}.${key}` : key);
/** An option, or the beginning of one. */
const has = (names: Set<string>, pattern: string): boolean =>
  names.has(pattern) || [...names].some((name) => name.startsWith(`${pattern}.`));

import { API_V1 } from '../app/documentation.ts';

/**
 * The name of an operation, by which generated clients call it: its method and its path, one thing of a list in the singular.
 * `GET /courses/{id}/threads` is `getCourseThreads`. It is as stable as the address is, and a test holds each to be the only one.
 */
export function operationId(method: string, path: string): string {
  const parts = path.replace(API_V1, '').split(/[/.]/).filter(Boolean);
  const words = parts.flatMap((part, at) => {
    if (/^[:{]/.test(part)) return [];
    return [/^[:{]/.test(parts[at + 1] ?? '') ? singular(part) : part];
  });
  return (
    method.toLowerCase() +
    words
      // The names of built files, which pass here too, have several together.
      .flatMap((word) => word.split('-').filter(Boolean))
      .map((word) => word[0]!.toUpperCase() + word.slice(1))
      .join('')
  );
}

const singular = (word: string): string => (word === 'people' ? 'person' : word.replace(/s$/, ''));

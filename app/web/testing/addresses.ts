import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The addresses of the pages as the router has them, from its source: `cours/:id`; the first page is ''. */
export const ADDRESSES: string[] = [
  '',
  ...[...readFileSync(join(import.meta.dirname, '../router.tsx'), 'utf8').matchAll(/path: '([^'*]+)'/g)].map(
    ([, path]) => path!,
  ),
];

import type { Finding, Policy } from '../law.ts';
import { nodes } from '../reading/database-tree.ts';

/** @see https://www.cockroachlabs.com/docs/v26.2/recommended-production-settings#cache-and-sql-memory-size */
const CEILING = 0.8;
const CACHE = 0.25;

export const databaseMemory: Policy = {
  id: 'database-memory',
  title:
    'twice the SQL memory of a node and its cache are at most 80 % of what it has, the cache at least 25 %',
  why: 'A node that plans with more memory than its pod or host has is killed under load, when it is needed most; one with a small cache reads from disk what it could keep.',
  check(model, tree) {
    return nodes(model, tree).flatMap((node): Finding[] => {
      const cache = bytes(node.flags.get('--cache'));
      const sql = bytes(node.flags.get('--max-sql-memory'));
      const share = (2 * sql + cache) / node.memoryBytes;
      const percent = (part: number) => `${Math.round(part * 100)} %`;
      return [
        // Not `>`: a size that cannot be read must not pass.
        ...(share <= CEILING
          ? []
          : [
              {
                path: node.path,
                text: '--max-sql-memory',
                message: `${node.host}: 2 x SQL memory + cache is ${percent(share)} of its ${size(node.memoryBytes)}; at most ${percent(CEILING)} may be`,
                fix: `give SQL at most ${size(Math.floor((CEILING * node.memoryBytes - cache) / 2))}`,
              },
            ]),
        ...(cache / node.memoryBytes >= CACHE
          ? []
          : [
              {
                path: node.path,
                text: '--cache',
                message: `${node.host}: its cache is ${percent(cache / node.memoryBytes)} of its ${size(node.memoryBytes)}; at least ${percent(CACHE)} are advised`,
                fix: `give the cache ${size(CACHE * node.memoryBytes)}`,
              },
            ]),
      ];
    });
  },
};

const size = (value: number): string => `${Math.floor(value / 2 ** 20)}MiB`;
const bytes = (text = ''): number => {
  const [, number = Number.NaN, unit = ''] = /^(\d+)(MiB|GiB)$/.exec(text) ?? [];
  return Number(number) * (unit === 'GiB' ? 2 ** 30 : 2 ** 20);
};

import { type Keys, s3 } from './s3.ts';

/** Many requests, eight at a time: `node s3-many.ts JSON`. Prints how many of them had each status. */
export interface Many {
  endpoint: string;
  keys: Keys;
  region: string;
  method: 'GET' | 'PUT';
  paths: string[];
  /** Of each that is put. */
  bytes: number;
}
const { endpoint, keys, region, method, paths, bytes }: Many = JSON.parse(process.argv[2] ?? '{}');
const statuses: Record<string, number> = {};
const left = paths.values();
const work = async () => {
  for (const path of left) {
    const body = method === 'PUT' ? new Uint8Array(bytes) : undefined;
    const { status } = await s3(endpoint, keys, region, method, path, body);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
};
await Promise.all(Array.from({ length: 8 }, work));
process.stdout.write(`${JSON.stringify(statuses)}\n`);

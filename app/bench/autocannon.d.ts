/** The part of autocannon that we use; it brings no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  interface Request {
    method: string;
    path: string;
    headers?: Record<string, string>;
    body?: string;
  }
  interface Options {
    url: string;
    duration: number;
    connections: number;
    overallRate?: number | undefined;
    setupClient(client: { setRequests(requests: Request[]): void }): void;
  }
  type Run = EventEmitter & Promise<{ errors: number; timeouts: number }>;
  export default function autocannon(options: Options): Run;
}

/** The part of autocannon that we use; it brings no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  interface Options {
    url: string;
    duration: number;
    connections: number;
    overallRate?: number | undefined;
    requests: { method: string; path: string; headers?: Record<string, string>; body?: string }[];
  }
  type Run = EventEmitter & Promise<{ errors: number; timeouts: number }>;
  export default function autocannon(options: Options): Run;
}

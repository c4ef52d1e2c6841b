import type { ReadyJson } from '#server/reply.ts';

/** Courses that are remembered, and how many letters of each. */
export const READ_MAX = 200;
export const READ_LENGTH_MAX = 32_000;

/** What visitors last read of courses; a course that the database writes just so again is ready already. */
export function visitorCache() {
  const last = new Map<string, { json: string; ready: ReadyJson; at: number }>();
  return {
    /** Makes ready what a statement that began at that moment found, unless it found the same before. */
    ready(id: string, json: string, make: () => ReadyJson, at: number): ReadyJson {
      const known = last.get(id);
      const ready = known?.json === json ? known.ready : make();
      // Of two statements that are under way the one that began first may end last.
      if (known && known.at > at) return ready;
      last.delete(id);
      if (json.length > READ_LENGTH_MAX) return ready;
      last.set(id, { json, ready, at });
      if (last.size > READ_MAX) last.delete(last.keys().next().value!);
      return ready;
    },
    /** What a statement found that began at that moment or later. */
    since(id: string, moment: number): ReadyJson | undefined {
      const known = last.get(id);
      return known && known.at >= moment ? known.ready : undefined;
    },
  };
}

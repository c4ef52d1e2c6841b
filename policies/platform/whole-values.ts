import type { Finding, Policy } from '../law.ts';

/** What a program writes where a value was forgotten. */
const HOLES = /\bundefined\b|\bNaN\b|\[object Object\]|\bInfinity\b/;

export const wholeValues: Policy = {
  id: 'whole-values',
  title: 'no value was forgotten: nowhere stands undefined, NaN or [object Object]',
  why: 'A value that nobody gave is written as a word that the program at the other end reads as a name, an address or nothing at all: `router id undefined;` keeps a router from starting, and an empty setting from being noticed.',
  check(_model, tree) {
    return [...tree].flatMap(([path, text]): Finding[] => {
      if (path.endsWith('.md')) return []; // prose may speak of them
      const found = HOLES.exec(text)?.[0];
      if (!found) return [];
      const line = text.split('\n').find((each) => each.includes(found))!;
      return [
        {
          path,
          text: found,
          message: `${path.split('/').at(-1)} says ${line.trim().slice(0, 80)}`,
          fix: 'give the value in the files of the site, or report it: what is needed was not asked for',
        },
      ];
    });
  },
};

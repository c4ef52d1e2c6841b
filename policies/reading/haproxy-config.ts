import type { Tree } from '../law.ts';

/** A line in words, with its text as it stands. */
export interface Line {
  text: string;
  words: readonly string[];
}
/** A section of a `haproxy.cfg`: `backend web`. */
export interface Section {
  kind: string;
  name: string;
  lines: readonly Line[];
}
export interface HaproxyConfig {
  path: string;
  host: string;
  sections: readonly Section[];
}
/** A frontend, backend or listen with what it has of `defaults`. */
export interface ProxySection extends Section {
  config: HaproxyConfig;
  defaults: readonly Line[];
}

const known = new WeakMap<Tree, HaproxyConfig[]>();
/** Every HAProxy of the tree, read once for all checks. */
export function haproxies(tree: Tree): HaproxyConfig[] {
  const found =
    known.get(tree) ??
    [...tree].flatMap(([path, text]): HaproxyConfig[] => {
      const [, host] = /\/([^/]+)\/etc\/haproxy\/haproxy\.cfg$/.exec(path) ?? [];
      return host ? [{ path, host, sections: sectionsOf(text) }] : [];
    });
  known.set(tree, found);
  return found;
}

function sectionsOf(text: string): Section[] {
  const sections: { kind: string; name: string; lines: Line[] }[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const words = line.split(/\s+/);
    if (/^\S/.test(raw)) sections.push({ kind: words[0]!, name: words[1] ?? '', lines: [] });
    else sections.at(-1)?.lines.push({ text: line, words });
  }
  return sections;
}

/** What takes or passes connections; tables of clients alone are none. */
export function proxies(config: HaproxyConfig): ProxySection[] {
  const defaults = config.sections.find(({ kind }) => kind === 'defaults')?.lines ?? [];
  return config.sections
    .filter(
      ({ kind, lines }) =>
        kind === 'frontend' ||
        kind === 'listen' ||
        (kind === 'backend' && lines.some(({ words }) => words[0] !== 'stick-table')),
    )
    .map((section) => ({ ...section, config, defaults }));
}

/** Lines that begin with these words. */
export const lines = ({ lines: all }: Pick<Section, 'lines'>, ...start: string[]): Line[] =>
  all.filter(({ words }) => start.every((word, index) => words[index] === word));

/** The last line of a proxy that begins with these words, else that of `defaults`. */
export const said = (proxy: ProxySection, ...start: string[]): Line | undefined =>
  lines(proxy, ...start).at(-1) ?? lines({ lines: proxy.defaults }, ...start).at(-1);

/** Words of a server of a proxy, those of `default-server` included. */
export const serverWords = (proxy: ProxySection, server: Line): string[] => [
  ...lines({ lines: proxy.defaults }, 'default-server').flatMap(({ words }) => words.slice(1)),
  ...lines(proxy, 'default-server').flatMap(({ words }) => words.slice(1)),
  ...server.words.slice(3),
];

/** The word behind the last such word: `inter 2s`. */
export const after = (words: readonly string[], word: string): string | undefined => {
  const at = words.lastIndexOf(word);
  return at < 0 ? undefined : words[at + 1];
};

const UNITS: Record<string, number> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86400 };
/** Seconds of a time of HAProxy, which counts in milliseconds where it says nothing; NaN where there is none. */
export function seconds(time: string | undefined): number {
  const [, number = Number.NaN, unit = 'ms'] = /^(\d+)(us|ms|s|m|h|d)?$/.exec(time ?? '') ?? [];
  return Number(number) * UNITS[unit]!;
}

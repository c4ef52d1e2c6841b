import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { artefacts, PLACES } from '#charts/artefacts.ts';
import { ROOT } from '../lib/sites.ts';
import { threeSites } from './three-sites.ts';

const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
/** The table of rooms: what is below `dist/<site>/`, and who writes, places and judges it. */
const rooms = [...page.matchAll(/^\| (`[^|]+) \| `([^|`]+)` \| ([^|]+) \| `([^|`]+)` \| [^|]+ \|$/gm)].map(
  ([, below, constructs, charts, policies]) => ({
    below: [...below!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
    constructs: constructs!,
    charts: [...charts!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
    policies: policies!,
  }),
);
const roomOf = (path: string) =>
  rooms.find(({ below }) => below.some((name) => path === name || path.startsWith(name)));

it('finds for each generated file who writes, places and judges it', () => {
  const model = threeSites();
  const homeless = [...artefacts(model).keys()].filter((path) => {
    const [place = '', ...rest] = path.split('/');
    return place !== PLACES[0] && !roomOf(rest.join('/'));
  });
  expect(rooms.length).toBeGreaterThan(4);
  expect(homeless).toEqual([]);
});

it('names a room alike on every floor', () => {
  for (const { below, constructs, charts, policies } of rooms) {
    const room = below[0]!.replace(/\/$/, '');
    expect(constructs).toBe(`constructs/${room}/`);
    expect(charts[0]).toBe(`charts/${room}.ts`);
    expect(policies).toBe(`policies/${room}/`);
    for (const path of [constructs, ...charts, policies])
      expect(existsSync(join(ROOT, path)), path).toBe(true);
  }
  for (const folder of ['constructs/platform', 'charts/platform.ts', 'policies/platform'])
    expect(existsSync(join(ROOT, folder)), folder).toBe(true);
});

it('draws both pictures for light and for dark pages, with words for people who cannot see them', () => {
  const pictures = [...page.matchAll(/!\[[^\]]{20,}\]\((pictures\/[\w-]+\.svg)\)/g)];
  expect(pictures.length).toBe(2);
  for (const [, file] of pictures) {
    const svg = readFileSync(join(ROOT, 'docs', file!), 'utf8');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).toMatch(/<title id="title">.+<\/title>\s*<desc id="desc">.+<\/desc>/);
    expect(svg).not.toMatch(/<script|href=/);
  }
});

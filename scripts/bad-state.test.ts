import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CannotLook } from './lib/main.ts';
import { maintain } from './lib/maintenance.ts';
import { upgrade } from './lib/upgrade/upgrade.ts';
import { THREE_SITES } from './testing/three-sites.ts';

/** Every command that carries a procedure out meets the same broken folders of state, and leaves them as they were. */
const folder = mkdtempSync(join(tmpdir(), 'fredu-bad-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DOORS: Record<string, { journal: string; locked: string; run: (words: string[]) => Promise<number> }> =
  {
    drain: {
      journal: 'sxb-drain-sxb-edge1.jsonl',
      locked: 'sxb',
      run: (words) => maintain('drain', 'usage', ['sxb-edge1', ...words]),
    },
    undrain: {
      journal: 'sxb-undrain-sxb-edge1.jsonl',
      locked: 'sxb',
      run: (words) => maintain('undrain', 'usage', ['sxb-edge1', ...words]),
    },
    upgrade: {
      journal: 'sxb-upgrade-traefik.jsonl',
      locked: 'dc',
      run: (words) => upgrade('usage', ['traefik', ...words]),
    },
  };

const INPUTS: Record<string, { put: (state: string, door: (typeof DOORS)[string]) => void; line: RegExp }> = {
  'a file where the folder should be': {
    put: (state) => writeFileSync(state, ''),
    line: /^cannot write .*: /,
  },
  'a journal that is cut in its middle': {
    put: (state, { journal }) => {
      mkdirSync(join(state, 'journal'), { recursive: true });
      writeFileSync(join(state, 'journal', journal), '{"at":\n{}\n');
    },
    line: /\.jsonl:1: this line of the journal is no JSON; mend it, or move the file away to begin again$/,
  },
  'a journal that another program wrote': {
    put: (state, { journal }) => {
      mkdirSync(join(state, 'journal'), { recursive: true });
      writeFileSync(join(state, 'journal', journal), 'null\n{"level":"info"}\n');
    },
    line: /\.jsonl:1: this line of the journal is of another program; mend it, or move the file away to begin again$/,
  },
  'the journal of another version of the procedure': {
    put: (state, { journal }) => {
      mkdirSync(join(state, 'journal'), { recursive: true });
      const steps = { places: 'other', 'all-well': 'other' };
      const lines = [
        { at: '2026-01-01T00:00:00Z', begins: 'other', steps },
        { at: '2026-01-01T00:00:01Z', step: 'all-well', event: 'started' },
      ];
      writeFileSync(
        join(state, 'journal', journal),
        lines.map((each) => `${JSON.stringify(each)}\n`).join(''),
      );
    },
    line: /is the journal of an unfinished run of another version: .* differ; finish or undo it with the tree of that run/,
  },
  'a site that somebody else holds': {
    put: (state, { locked }) => {
      mkdirSync(join(state, 'locks'), { recursive: true });
      const owner = {
        pid: process.pid,
        host: hostname(),
        user: 'somebody',
        what: 'npm run deploy',
        since: '2026-01-01T00:00:00Z',
      };
      writeFileSync(join(state, 'locks', locked), JSON.stringify(owner));
    },
    line: /is held by somebody on .*: npm run deploy; wait for that run, or remove the file once it is surely over$/,
  },
};

/** Every file of a folder with its text; none of what is no folder. */
const inside = (path: string): Record<string, string> =>
  statSync(path).isDirectory()
    ? Object.fromEntries(
        readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((each) => each.isFile())
          .map((each) => join(each.parentPath, each.name))
          .map((each) => [each, readFileSync(each, 'utf8')]),
      )
    : {};

describe.each(Object.entries(DOORS))('npm run %s', (name, door) => {
  it.each(Object.entries(INPUTS))(
    'refuses %s in one line, and changes nothing',
    async (what, { put, line }) => {
      const state = join(folder, `${name}-${Object.keys(INPUTS).indexOf(what)}`);
      put(state, door);
      const before = inside(state);
      const refused = await door.run(['--yes', '--sites', THREE_SITES, '--state', state]).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refused).toBeInstanceOf(CannotLook);
      expect((refused as Error).message).toMatch(line);
      expect((refused as Error).message).not.toContain('\n');
      expect(inside(state)).toEqual(before);
    },
  );
});

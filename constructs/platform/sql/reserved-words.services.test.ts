import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { sqlName } from '#constructs/quote.ts';
import { find } from '#scripts/lib/programs.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { RESERVED_WORDS } from './reserved-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-words-'));
afterAll(() => rmSync(folder, { recursive: true }));
/** PostgreSQL does not run as root. */
const NOBODY = 65534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

itJudged(
  'postgres',
  'are all that PostgreSQL reserves, and names of databases when they are quoted',
  () => {
    chownSync(folder, asNobody.uid ?? process.getuid!(), asNobody.gid ?? process.getgid!());
    const postgres = find('postgres')!;
    const data = join(folder, 'data');
    const options = { cwd: folder, encoding: 'utf8' as const, stdio: 'pipe' as const, ...asNobody };
    execFileSync(join(dirname(postgres), 'initdb'), ['--no-sync', '-U', 'root', '-D', data], options);
    const ask = (sql: string) =>
      execFileSync(postgres, ['--single', '-F', '-D', data, 'template1'], { ...options, input: sql });
    const listed = ask("SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')\n");
    const words = [...listed.matchAll(/word = "(\w+)"/g)].map(([, word = '']) => word);
    expect(words.length).toBeGreaterThan(90);
    expect(words.filter((word) => !RESERVED_WORDS.has(word))).toEqual([]);
    const names = ['plain', 'my-school', '3school', 'a"b', 'Upper', 'name', ...RESERVED_WORDS].filter(
      (name) => name !== 'template1',
    );
    const made = ask(
      names.map((name) => `CREATE DATABASE ${sqlName(name)}\n`).join('') +
        'SELECT datname FROM pg_database\n',
    );
    const there = new Set([...made.matchAll(/datname = "(.+?)"\t/g)].map(([, name = '']) => name));
    expect(names.filter((name) => !there.has(name))).toEqual([]);
  },
  120_000,
);

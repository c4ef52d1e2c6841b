import { runInNewContext } from 'node:vm';
import ajvCompiler from '@fastify/ajv-compiler';
import { expect, it } from 'vitest';
import { Line } from '#shared/schemas/common.ts';
import { idsAsKept } from '../plugins/external/ajv.ts';
import { testApp } from '../testing/test-app.ts';

/** What our schemas say of the form of a text; a text of any length that a body may have is tried against it. */
const { app } = await testApp();

interface Form {
  pattern?: string;
  format?: string;
}
function formsIn(part: unknown): Form[] {
  if (typeof part !== 'object' || part === null) return [];
  const { pattern, format, ...rest } = part as Form;
  const own = typeof pattern === 'string' || typeof format === 'string' ? [{ pattern, format } as Form] : [];
  return [...own, ...Object.values(rest).flatMap(formsIn)];
}
const forms = [...new Set(formsIn(app.swagger()).map((form) => JSON.stringify(form)))].map(
  (form) => JSON.parse(form) as Form,
);
const compiled = ajvCompiler()({}, { onCreate: idsAsKept, customOptions: { allErrors: true } } as never);
const checkOf = (form: Form) => compiled({ schema: { type: 'string', ...form } } as never);

const line = Line(1) as object as Form;
const LETTERS = 300_000;
const BEGINNINGS = [
  'a',
  ' ',
  'a ',
  ' a',
  'a.',
  'a-',
  '@',
  'a@',
  '0',
  '\u00a0',
  '😀',
  '2099-01-01T',
  '\u200b',
  '\u2800a',
];
const ENDS = ['', '\u0001', '@', ' ', '\ud800', '!'];
/** A pattern that tries each letter once takes milliseconds; one that tries each with each other takes minutes. */
const GIVEN_UP_MILLISECONDS = 20_000;

it('finds the forms of the document', () => {
  expect(forms.length).toBeGreaterThanOrEqual(6);
  expect(forms.map(({ pattern }) => pattern)).toContain(line.pattern);
  expect(forms.map(({ format }) => format)).toContain('email');
});

it.each(forms)('reads each letter of a long text once: $format $pattern', (form) => {
  const check = checkOf(form);
  for (const beginning of BEGINNINGS) {
    for (const end of ENDS) {
      const text = beginning.repeat(LETTERS / beginning.length) + end;
      const run = () => runInNewContext('check(text)', { check, text }, { timeout: GIVEN_UP_MILLISECONDS });
      expect(run, JSON.stringify([beginning, end])).not.toThrow();
    }
  }
});

it('takes as a line what has a letter that is seen, and nothing that ends lines', () => {
  const check = checkOf({ pattern: line.pattern! });
  const wrong: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const letter = String.fromCodePoint(code);
    const isUnwritten = /[\p{Cc}\u2028\u2029\p{Surrogate}]/u.test(letter);
    const isLetter = !/[\s\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800]/u.test(letter);
    for (const text of [letter, ` ${letter} `])
      if (check(text) !== (isLetter && !isUnwritten)) wrong.push(text);
    for (const text of [`a${letter}`, `${letter}a`, `a${letter}a`, `${letter} a`])
      if (check(text) === isUnwritten) wrong.push(text);
  }
  expect(wrong).toEqual([]);
});

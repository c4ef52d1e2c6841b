import type { Problem } from '#sites/load/problem.ts';
import type { Rule } from './sarif.ts';

/**
 * Problems as JUnit has tests: one a law, failed where it found something.
 * @see https://github.com/testmoapp/junitxml
 */
export function junit(problems: readonly Problem[], rules: readonly Rule[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const others = [...new Set(errors.map(({ code }) => code))].filter(
    (code) => !rules.some(({ id }) => id === code),
  );
  const names = [...rules.map(({ id }) => id), ...others];
  const failed = names.filter((id) => errors.some(({ code }) => code === id)).length;
  const count = `tests="${names.length}" failures="${failed}" errors="0"`;
  const cases = names.map((id) => {
    const own = errors.filter(({ code }) => code === id);
    const open = `    <testcase classname="fredu.laws" name="${text(id)}"`;
    if (own.length === 0) return `${open}/>`;
    const body = own.map(described).join('\n');
    return `${open}>\n      <failure type="${text(id)}" message="${text(own[0]!.message)}">${text(body)}</failure>\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="fredu check" ${count}>`,
    `  <testsuite name="laws" ${count}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const described = ({ file, line, column, message, fix, cause }: Problem): string =>
  `${file}:${line}:${column}: ${message} (fix: ${fix})${cause ? ` [comes from ${cause.file}:${cause.line}]` : ''}`;

/** Text of XML 1.0: without the characters that it has no way to say. */
const text = (value: string): string =>
  value
    .replace(/[^\P{Cc}\n\t]|\p{Cs}|[\ufffe\uffff]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');

import { createHash } from 'node:crypto';
import type { Position, Problem } from '#sites/load/problem.ts';
import { VERSION } from '../version.ts';

/** What a rule is for, as the viewers of GitHub and GitLab show it beside a result. */
export interface Rule {
  id: string;
  title: string;
  why: string;
}

/**
 * Problems in the Static Analysis Results Interchange Format.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarif(problems: readonly Problem[], rules: readonly Rule[]): object {
  const used = [...new Set(problems.map(({ code }) => code))].sort();
  const known = used.map((id) => rules.find((rule) => rule.id === id) ?? { id, title: id, why: id });
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'fredu',
            version: VERSION,
            informationUri: 'https://github.com/fredu/fredu',
            rules: known.map(({ id, title, why }) => ({
              id,
              shortDescription: { text: title },
              fullDescription: { text: why },
              help: { text: `${why}\n\nnpm run check -- --explain ${id}` },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: problems.map((problem) => ({
          ruleId: problem.code,
          ruleIndex: used.indexOf(problem.code),
          level: problem.severity,
          message: { text: `${problem.message}\nfix: ${problem.fix}` },
          locations: [location(problem)],
          ...related(problem),
          partialFingerprints: { 'fredu/v1': fingerprint(problem) },
        })),
      },
    ],
  };
}

function location({ file, line, column, source }: Position) {
  return {
    physicalLocation: {
      artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
      region: { startLine: line, startColumn: column, ...(source ? { snippet: { text: source } } : {}) },
    },
  };
}

/** The second place of two that disagree, and the line of the site files that it comes from. */
function related({ other, cause }: Problem): object {
  const places = [
    ...(other ? [{ ...location(other), message: { text: 'and here' } }] : []),
    ...(cause ? [{ ...location(cause), message: { text: 'comes from here' } }] : []),
  ];
  return places.length > 0 ? { relatedLocations: places.map((each, id) => ({ id, ...each })) } : {};
}

/** The same finding on another day, wherever its line has moved to. */
const fingerprint = ({ code, file, message }: Problem): string =>
  createHash('sha256')
    .update(`${code}\n${file}\n${message.replace(/\d+/g, '#')}`)
    .digest('hex')
    .slice(0, 32);

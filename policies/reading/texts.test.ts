import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { yamlOf } from './texts.ts';

it.each([
  ['our own sites', threeSites()],
  ['the example', example()],
])('reads every YAML of %s as the other library does', (_, model) => {
  const texts = [...artefacts(model)].filter(([path]) => /\.ya?ml$/.test(path));
  expect(texts.length).toBeGreaterThan(200);
  for (const [path, text] of texts) expect(yamlOf(text), path).toEqual(parse(text));
});

it.each([
  ['nothing', ''],
  ['a comment', '# nothing else\n'],
  ['more than one document', 'a: 1\n---\nb: 2\n'],
  ['a key that is there twice', 'a: 1\na: 2\n'],
  ['a list that nobody closes', 'a: [1, 2\nb: 3\n'],
  ['a tab', 'a:\n\tb: 1\n'],
  ['words of YAML 1.1', 'a: yes\nb: 0o17\nc: 017\nd: 1_000\ne: 12:30\nf: 2001-01-01\n<<: { g: 1 }\n'],
])('finds in a text with %s what can be found', (_, text) => {
  expect(yamlOf(text)).toEqual(parse(text, { logLevel: 'silent' }));
});

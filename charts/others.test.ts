import { expect, it } from 'vitest';
import { cloud, example, manySites, room } from '#scripts/testing/example-sites.ts';
import { model } from '#sites/derive.ts';
import { artefacts } from './artefacts.ts';

/** What names the platform that the project comes from; `fredu.fr/…` is the prefix of the toolkit's own annotations. */
const OURS =
  /\b(?:sxb|dc)-\w|\bdist\/(?:sxb|dc|do)\b|region=(?:sxb|dc|do)\b|\w\.fredu\.fr|fredu\.fr(?!\/)|Strasbourg|\b(?:192\.0\.2|198\.51\.100)\.\d|2001:db8:(?:10|ffff):|unistra/;

it.each([
  ['the example', example()],
  ['many sites', model(manySites(5))],
  [
    'a fourth and a fifth site',
    example(({ sites }) => Object.assign(sites, { osl: room(4), bgo: cloud(5) })),
  ],
])('names nothing of the first platform in the tree of another: %s', (_, platform) => {
  const found = [...artefacts(platform)].flatMap(([path, text]) => {
    const line = text.split('\n').find((each) => OURS.test(each));
    return line ? [`${path}: ${line.trim()}`] : [];
  });
  expect(found).toEqual([]);
});

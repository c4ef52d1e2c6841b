import { expect, it } from 'vitest';
import { remarksOn } from './checks.ts';

const FILES = [
  { name: 'Schéma du cycle.png', mediaType: 'image/png' },
  { name: 'photo.heic', mediaType: 'image/heic' },
  { name: 'cours.mp4', mediaType: 'video/mp4' },
  { name: 'vu.mp4', mediaType: 'video/mp4' },
  { name: 'vu.fr.vtt', mediaType: 'text/vtt' },
];
const said = (body: string, title = 'Partie') =>
  remarksOn([{ title, body }], FILES).map(({ line, words }) => `${line}: ${words}`);

it('has nothing against a text as it should be', () => {
  const body = [
    'Du texte, [un lien](https://exemple.fr/a b.png).',
    '## Un titre',
    '### Dessous',
    '## Encore un',
    '![Le cycle de l’eau](<Sch%C3%A9ma%20du%20cycle.png>)',
    '::video[Vu]{file="vu.mp4"}',
    '```md',
    '![](absent.png)',
    '#sans espace',
    '```',
    'Un bout de `![](absent.png)`.',
  ].join('\n');
  expect(said(body.replace(' b.png', ''))).toEqual([]);
});

it.each([
  ['![](<Sch%C3%A9ma%20du%20cycle.png>)', 'description'],
  ['![x](Schéma du cycle.png)', 'espaces : écrivez <Sch%C3%A9ma%20du%20cycle.png>'],
  ['![x](absent.png)', 'pas de fichier « absent.png »'],
  ['::pdf[Poly]{file="poly final.pdf" page=2}', 'pas de fichier « poly final.pdf »'],
  ['![x](photo.heic)', 'JPEG'],
  ['::video[Film]{file=cours.mp4}', 'sous-titres'],
  ['##\u00a0Titre', 'insécable'],
  ['##Titre', 'espace entre #'],
  ['# Titre', 'premier niveau'],
  ['## A\n#### B', 'saute un niveau : ### au lieu de ####'],
])('says of %s what is to be seen to', (body, words) => {
  expect(said(body).join('\n')).toContain(words);
});

it('names the section, and what is missing in it', () => {
  expect(
    remarksOn(
      [
        { title: 'a', body: 'b' },
        { title: ' ', body: '' },
      ],
      [],
    ),
  ).toEqual([
    { section: 1, line: 0, words: 'Cette section n’a pas de titre.' },
    { section: 1, line: 0, words: 'Cette section est vide.' },
  ]);
});

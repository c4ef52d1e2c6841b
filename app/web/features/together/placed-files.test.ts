import { expect, it } from 'vitest';
import { placedFiles } from './placed-files.ts';

it('names files that are put into a text, under names that the course does not have', () => {
  const png = { type: 'image/png' };
  const { renamed, text } = placedFiles(
    [
      new File(['a'], 'image.png', png),
      new File(['b'], 'image.png', png),
      new File(['c'], 'Été [1].png', png),
      new File(['d'], 'film.mp4', { type: 'video/mp4' }),
    ],
    [{ name: 'capture.png' }],
  );
  expect(renamed.map(({ name }) => name)).toEqual([
    'capture 2.png',
    'capture 3.png',
    'Été [1].png',
    'film.mp4',
  ]);
  expect(text.split('\n\n')).toEqual([
    '![capture 2](<capture%202.png>)',
    '![capture 3](<capture%203.png>)',
    '![Été 1](<%C3%89t%C3%A9%20%5B1%5D.png>)',
    '::video[film]{file="film.mp4"}',
  ]);
});

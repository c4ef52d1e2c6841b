import { describe, expect, it } from 'vitest';
import { markdownHtml } from './html.ts';
import { referencesIn, renamedIn } from './references.ts';

const OLD = 'cours 1.mp4';
const names = (text: string) => referencesIn(text).map(({ name }) => name);

describe('a text names files', () => {
  it.each([
    ['by a picture', '![Légende](sch%C3%A9ma.png) et ![](b.png "titre")', ['schéma.png', 'b.png']],
    [
      'by a link',
      'Voir [le [sujet] (neuf)](tp1.zip) et [la suite](<poly%201.pdf#page=12>).',
      ['tp1.zip', 'poly 1.pdf'],
    ],
    ['by a picture in a link', '[![a](a.png)](b.pdf)', ['b.pdf', 'a.png']],
    ['by a definition', '[le sujet][1]\n\n[1]: tp1.zip "Titre"', ['tp1.zip']],
    [
      'by a directive',
      '::video[Titre]{file="cours 1.mp4" start=1:30 subtitles=cours1.fr.vtt}',
      ['cours 1.mp4', 'cours1.fr.vtt'],
    ],
    ['in a list and a table', '- [a](a.zip)\n\n| b |\n| - |\n| [b](b.zip) |', ['a.zip', 'b.zip']],
  ])('%s', (_kind, text, expected) => expect(names(text).sort()).toEqual([...expected].sort()));

  it.each([
    '`![a](a.png)`',
    '```\n::video[a]{file=a.mp4}\n```',
    '[ailleurs](https://example.org/a.zip)',
    '[chemin](../a.zip)',
    '$[a](a.zip)$',
    'a.zip tout court',
  ])('but not by %j', (text) => expect(names(text)).toEqual([]));
});

describe('a file that is renamed', () => {
  it.each([['vidéo (2).mp4'], [`l'été "neuf".mp4`], ['50 % & plus.mp4'], ['a]b[c.mp4']])(
    'is %j wherever its text named it, and nothing else changes',
    async (to) => {
      const text = [
        '# Un',
        '![vue](cours%201.mp4) [voir](<cours%201.mp4#page=3>) [autre](cours%202.mp4)',
        '::video[Titre]{file="cours 1.mp4" start=1:30 subtitles=cours.vtt}',
        "::audio[Titre]{file='cours 1.mp4'}",
        '`cours 1.mp4` [x][1]',
        '[1]: cours%201.mp4',
      ].join('\n\n');
      const renamed = renamedIn(text, OLD, to);
      expect(names(renamed).filter((name) => name === to)).toHaveLength(5);
      expect(names(renamed).filter((name) => name === OLD)).toEqual([]);
      expect(renamedIn(renamed, to, OLD).replaceAll(/[<>"']/g, '')).toBe(text.replaceAll(/[<>"']/g, ''));
      const html = await markdownHtml(renamed, {
        courseId: 'c',
        isAuthor: true,
        files: [to, 'cours 2.mp4', 'cours.vtt'].map((name) => ({ name, mediaType: 'video/mp4' })),
      });
      expect(html).not.toContain('n’a pas de');
    },
  );

  it('keeps a bare name quoted when it needs to be', () =>
    expect(renamedIn('::pdf{file=a.pdf page=2}', 'a.pdf', 'b c.pdf')).toBe('::pdf{file="b c.pdf" page=2}'));
});

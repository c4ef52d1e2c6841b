import { expect, it } from 'vitest';
import { markdownHtml } from '#shared/markdown/html.ts';
import { referenceTo } from './words.ts';

it.each(['image/png', 'image/svg+xml', 'video/mp4', 'audio/mpeg', 'application/pdf', 'application/zip'])(
  'cites a file so that the text finds it: %s',
  async (mediaType) => {
    for (const name of ['a.bin', 'Été & «hiver» (1).bin', 'a "b" <c>#d?.bin', '100 %.bin', "l'eau]}.bin"]) {
      const html = await markdownHtml(referenceTo({ name, mediaType }), {
        courseId: 'c1',
        isAuthor: true,
        files: [{ name, mediaType }],
      });
      expect(html, name).toContain('/api/v1/courses/c1/files/');
      expect(html, name).not.toContain('file-unknown');
    }
  },
);

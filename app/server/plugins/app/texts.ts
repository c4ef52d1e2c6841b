import { hash } from 'node:crypto';
import fp from 'fastify-plugin';
import { escaped } from '#server/pages/html.ts';
import { Drawing } from '#server/texts/drawing.ts';
import type { CourseFiles } from '#shared/markdown/files.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** What people wrote in Markdown, as HTML that pages show as it is; drawn once for all who read it. */
    drawn(text: string, course?: CourseFiles): Promise<string>;
  }
}

/** How many letters of HTML are kept. */
const LETTERS_MAX = 24_000_000;
/** How long what could not be drawn is not tried again. */
const AGAIN_MILLISECONDS = 60_000;

/**
 * Texts as HTML, kept by all that they are made of: a text that somebody changes is another one. Nobody's person, rights or moment are in
 * them, but whether the reader is an author, who sees notes.
 */
export const texts = fp(
  async (app) => {
    const drawing = new Drawing();
    app.addHook('onClose', () => drawing.close());
    const kept = new Map<string, Promise<string>>();
    let letters = 0;
    const forget = (key: string, html: string) => {
      if (kept.delete(key)) letters -= html.length;
    };
    app.decorate('drawn', (text, course) => {
      if (text === '') return Promise.resolve('');
      const key = hash('sha1', JSON.stringify([course ?? null, text]), 'base64');
      const known = kept.get(key);
      if (known) {
        // What was asked for last goes last.
        kept.delete(key);
        kept.set(key, known);
        return known;
      }
      const html = drawing.draw({ text, course }).then(async (drawn) => {
        if (drawn === undefined) {
          app.log.warn('a text could not be drawn; it is shown as it was typed');
          // A machine that has no time now may have some later.
          setTimeout(() => forget(key, asTyped(text)), AGAIN_MILLISECONDS).unref();
        }
        const made = drawn ?? asTyped(text);
        letters += made.length;
        for (const [first, value] of kept) {
          if (letters <= LETTERS_MAX || first === key) break;
          forget(first, await value);
        }
        return made;
      });
      kept.set(key, html);
      return html;
    });
  },
  { name: 'texts' },
);

/** A text without any signs that mean something. */
export const asTyped = (text: string): string => `<p class="plain">${escaped(text)}</p>`;

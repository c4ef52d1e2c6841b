import { join } from 'node:path';
import fp from 'fastify-plugin';
import { folderMailer } from '#server/mail/folder-mailer.ts';
import { lettersPage, lettersStyle } from '#server/mail/kept-letters-page.ts';
import type { Mailer } from '#server/mail/mailer.ts';
import { tracedMailer } from '#server/tracing/traced.ts';

declare module 'fastify' {
  interface FastifyInstance {
    mail: Mailer;
    /** An address of the web pages, for letters. */
    pageUrl(path: string): string;
  }
}

/** Letters: by a relay where one is named; else into a folder, with a page at /courrier to read them. */
export const mail = fp(
  async (app) => {
    const { smtpUrl, dataDir, publicUrl, port } = app.settings;
    const base = publicUrl ?? `http://localhost:${port}`;
    // Its library is large; a folder does without it.
    const mailer: Mailer = smtpUrl
      ? (await import('#server/mail/smtp-mailer.ts')).smtpMailer(
          smtpUrl,
          `fredu <ne-pas-repondre@${new URL(base).hostname}>`,
          {
            onAway: (error) => app.tellAway('letters', error),
            onBack: () => app.tellBack('letters'),
          },
        )
      : folderMailer(join(dataDir, 'mail'));
    app.decorate('mail', app.tracing && smtpUrl ? tracedMailer(mailer, app.tracing) : mailer);
    app.decorate('pageUrl', (path) => new URL(path, base).href);
    app.addHook('preClose', async () => mailer.hurry?.());
    app.addHook('onClose', async () => {
      // What was registered last is closed first, and letters are still being written.
      await app.settled();
      await mailer.close();
    });
    // Anyone who reads the letters can recover any account: nowhere but on one's own machine.
    if (!mailer.kept || publicUrl) return;
    const options = { schema: { hide: true }, config: { access: 'open' } } as const;
    app.get('/courrier', options, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(lettersPage(await mailer.kept!())),
    );
    app.get('/courrier.css', options, async (_request, reply) =>
      reply.type('text/css; charset=utf-8').send(lettersStyle),
    );
  },
  { name: 'mail', dependencies: ['background', 'parts'] },
);

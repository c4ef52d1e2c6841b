import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testApp } from '../testing/test-app.ts';
import { smtpMailer } from './smtp-mailer.ts';

const letter = {
  to: 'ines@fredu.test',
  subject: 'Été',
  text: 'Voyez <b> : http://localhost/x?a=1&b=2',
  language: 'fr',
} as const;

const own = await testApp();
const published = await testApp({ publicUrl: 'https://fredu.fr' });

describe('letters that stay', () => {
  it('can be read on a page, as text', async () => {
    const { app, ask } = own;
    await app.mail.send(letter);
    const page = await ask('/courrier');
    expect(page.body).toContain('Voyez &lt;b&gt; : <a href="http://localhost/x?a=1&amp;b=2">');
    expect((await ask('/courrier.css')).headers['content-type']).toContain('text/css');
  });

  it('cannot be read where others reach the app', async () => {
    expect((await published.ask('/courrier')).statusCode).toBe(404);
  });
});

describe('letters that leave', () => {
  const received: { from: string; to: string[]; data: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map((each) => each.address),
          data: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise<void>((resolve) => void server.close(resolve)));
  const mailer = () =>
    smtpMailer(`smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`, 'fredu <a@fredu.test>');

  it('arrive whole, at one address only', async () => {
    const sender = mailer();
    await sender.send(letter);
    await sender.close();
    expect(received).toMatchObject([{ from: 'a@fredu.test', to: ['ines@fredu.test'] }]);
    expect(received[0]!.data).toMatch(/^Content-Language: fr$/m);
    expect(received[0]!.data).toMatch(/^Subject: =\?UTF-8\?B\?w4l0w6k=\?=\r$/m);
  });

  it('fail where nobody takes them', async () => {
    const sender = smtpMailer('smtp://127.0.0.1:1', 'a@fredu.test', { waitsSeconds: [0, 0] });
    await expect(sender.send(letter)).rejects.toThrow('ECONNREFUSED');
    await sender.close();
  });
});

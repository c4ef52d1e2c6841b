import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
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

  it.each([
    ['refused', 550, 'LetterRefused'],
    ['not taken', 451, 'LetterNotTaken'],
  ])(
    'are %s without the words of the relay, in which their addresses stand',
    async (_what, responseCode, name) => {
      const relay = new SMTPServer({
        disabledCommands: ['AUTH', 'STARTTLS'],
        onRcptTo({ address }, _session, done) {
          done(Object.assign(new Error(`<${address}>: not here, <${address}>`), { responseCode }));
        },
      });
      await new Promise<void>((resolve) => void relay.listen(0, '127.0.0.1', resolve));
      const told: Error[] = [];
      const { port } = relay.server.address() as AddressInfo;
      const sender = smtpMailer(`smtp://127.0.0.1:${port}`, 'a@fredu.test', {
        waitsSeconds: [0],
        onAway: (error) => told.push(error),
      });
      const error: Error = await sender.send(letter).catch((failure) => failure);
      await sender.close();
      await new Promise<void>((resolve) => void relay.close(resolve));
      expect([error.name, error.message]).toEqual([
        name,
        `the relay answered ${responseCode} to RCPT TO (EENVELOPE)`,
      ]);
      expect(told).toHaveLength(responseCode === 451 ? 2 : 0);
      // All that a log, or whoever prints them, could find in them.
      for (const each of [error, ...told]) expect(inspect(each, { depth: 9 })).not.toContain(letter.to);
    },
  );

  it('fail where nobody takes them', async () => {
    const sender = smtpMailer('smtp://127.0.0.1:1', 'a@fredu.test', { waitsSeconds: [0, 0] });
    await expect(sender.send(letter)).rejects.toThrow('ECONNREFUSED');
    await sender.close();
  });
});

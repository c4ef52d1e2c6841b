import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A letter as the sink got it. */
export interface Received {
  to: string[];
  /** Its words. */
  text: string;
  headers: string;
}

/** A relay that keeps what it gets, and that can be made to take nothing for now, or nothing at all for somebody. */
export interface Sink {
  url: string;
  received: Received[];
  /** Answers 451 to every letter: come again later. */
  isBusy: boolean;
  /** Answers 550 to anyone who wants to send: it does not take letters of us. */
  isClosedToUs: boolean;
  /** Addresses that are answered 550: there is nobody of that name. */
  unknown: Set<string>;
  close(): Promise<void>;
}

export async function startSink(port = 0): Promise<Sink> {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    // Senders keep their connections; who closes does not wait for them.
    closeTimeout: 100,
    onMailFrom(_address, _session, done) {
      done(sink.isClosedToUs ? answer(550, 'Not of you') : null);
    },
    onRcptTo({ address }, _session, done) {
      if (sink.isBusy) return done(answer(451, 'Come again later'));
      if (sink.unknown.has(address)) return done(answer(550, 'Nobody of that name'));
      done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const [headers = '', ...body] = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n');
        const text = readable(headers, body.join('\r\n\r\n'));
        sink.received.push({ to: session.envelope.rcptTo.map(({ address }) => address), text, headers });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  const sink: Sink = {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received: [],
    isBusy: false,
    isClosedToUs: false,
    unknown: new Set(),
    close: () => new Promise<void>((resolve) => void server.close(resolve)),
  };
  return sink;
}

const answer = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });

/** @see https://www.rfc-editor.org/rfc/rfc2045#section-6 */
function readable(headers: string, body: string): string {
  const encoding = /^content-transfer-encoding: (\S+)/im.exec(headers)?.[1]?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1').toString();
  const bytes = body
    .replaceAll('=\r\n', '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

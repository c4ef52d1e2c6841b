import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';

/**
 * Clients that ask again and again: `node probe.ts MILLISECONDS BEGUN ADDRESS PORT FROM,FROM… [ADDRESS PORT FROM,FROM… …]`.
 * Every 20 ms one of them opens a connection to each target and asks for `/`; a target that has not answered within 250 ms has not
 * served. They take turns, for one alone would be a flood. Makes the file BEGUN when each target has been asked. Prints, for each
 * target, the longest time in which nobody was served, how many were and how many were not.
 */
const [duration = '1000', begun = '', ...rest] = process.argv.slice(2);
const EVERY = 20;
const PATIENCE = 250;

export interface Probed {
  address: string;
  longestMilliseconds: number;
  served: number;
  refused: number;
  /** The last answer. */
  answer: string;
}

const targets = Array.from({ length: rest.length / 3 }, (_, index) => {
  const [address = '', port, from = ''] = rest.slice(3 * index);
  return { address, port: Number(port), from: from.split(',') };
});
const end = Date.now() + Number(duration);
const watched = targets.map(watch);
writeFileSync(begun, '');
const results = await Promise.all(watched);
process.stdout.write(`${JSON.stringify(results)}\n`);

async function watch({ address, port, from }: (typeof targets)[0]): Promise<Probed> {
  const result: Probed = { address, longestMilliseconds: 0, served: 0, refused: 0, answer: '' };
  let last = Date.now();
  const asked: Promise<void>[] = [];
  while (Date.now() < end) {
    const start = Date.now();
    asked.push(
      ask({ host: address, port, localAddress: from[asked.length % from.length] }).then((answer) => {
        if (answer === undefined) {
          result.refused += 1;
          return;
        }
        result.served += 1;
        result.answer = answer;
        result.longestMilliseconds = Math.max(result.longestMilliseconds, start - last);
        last = Math.max(last, start);
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
  await Promise.all(asked);
  result.longestMilliseconds = Math.max(result.longestMilliseconds, end - last);
  return result;
}

/** The body of the answer, or nothing when there was none in time. */
function ask(to: {
  host: string;
  port: number;
  localAddress: string | undefined;
}): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(to);
    const timer = setTimeout(() => socket.destroy(), PATIENCE);
    socket.on('connect', () => socket.write('GET / HTTP/1.0\r\n\r\n'));
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(/^HTTP\/1\.\d 200 /.test(text) ? text.split('\r\n\r\n')[1]?.trim() : undefined);
    });
  });
}

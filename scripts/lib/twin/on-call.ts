import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** Whoever is on call, as a web hook: `node on-call.ts PORT FILE` keeps what it is told, with the moment, a line each. */
const [port = '', file = ''] = process.argv.slice(2);

createServer((request, answer) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const { url: receiver = '' } = request;
    const message = JSON.parse(Buffer.concat(parts).toString() || '{}') as object;
    appendFileSync(file, `${JSON.stringify({ at: Date.now(), receiver: receiver.slice(1), ...message })}\n`);
    answer.end();
  });
  request.on('error', () => answer.destroy());
}).listen({ host: '::', port: Number(port) });

import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Family } from '#sites/address.ts';
import { addresses } from '../asking.ts';

/**
 * A proxy for the browser of a person, on the student's host: `node way-in.ts SOCKET NAMES FAMILY,…`. It listens at a file, for the
 * networks of the twin and of the machine have none in common, and looks names up where the twin's people do.
 */
const [socketFile = '', names = '', families = ''] = process.argv.slice(2);
const addressOf = addresses(names);

const proxy = createServer((_, answer) => {
  answer.writeHead(403, { 'content-type': 'text/plain' }).end('The platform is seen by HTTPS.\n');
});
proxy.on('connect', async ({ url = '' }, client: Socket) => {
  client.on('error', () => {});
  const [name = '', port = '443'] = url.split(':');
  for (const family of families.split(',') as Family[]) {
    const server = await addressOf(name, family)
      .then((address) => opened(address, Number(port)))
      .catch(() => undefined);
    if (!server) continue;
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    server.on('error', () => client.destroy());
    server.on('close', () => client.destroy());
    client.on('close', () => server.destroy());
    server.pipe(client).pipe(server);
    return;
  }
  client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
});
proxy.listen(socketFile);

function opened(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const server = connect({ host, port, timeout: 5000 });
    server.once('connect', () => {
      server.setTimeout(0);
      resolve(server);
    });
    server.once('timeout', () => server.destroy(new Error('no answer in time')));
    server.once('error', reject);
  });
}

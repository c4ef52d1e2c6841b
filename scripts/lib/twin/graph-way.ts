import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';

/**
 * Leads a browser to an observer, on a host of its site: `node graph-way.ts SOCKET ADDRESS PORT NAME FOLDER`. The observer answers
 * certificates of the platform alone, so this shows the one that lies in the folder.
 */
const [socketFile = '', host = '', port = '', servername = '', folder = ''] = process.argv.slice(2);
const [ca, cert, key] = ['ca.crt', 'tls.crt', 'tls.key'].map((name) => readFileSync(join(folder, name)));

createServer((asked, answer) => {
  const { url: path, method, headers } = asked;
  const inner = request({ host, port, servername, ca, cert, key, path, method, headers }, (given) => {
    answer.writeHead(given.statusCode ?? 502, given.headers);
    given.pipe(answer);
  });
  inner.on('error', ({ message }) => {
    if (!answer.headersSent) answer.writeHead(502, { 'content-type': 'text/plain' });
    answer.end(`${message}\n`);
  });
  asked.pipe(inner);
}).listen(socketFile);

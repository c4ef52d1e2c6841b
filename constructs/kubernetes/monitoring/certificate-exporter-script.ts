/**
 * What the certificate exporter runs, with the Node that the app's image has: until when each certificate file of a folder a
 * Secret holds, read at each question, so a renewed one counts as soon as the kubelet has replaced it. A Secret that is not
 * there, or no certificate, is 0 in `certificate_readable` and has no end: nothing here looks like a certificate that lasts.
 */
export const certificateExporterScript = `// main.mjs PORT FOLDER: ends of the certificates in FOLDER/<secret>/*.crt, for Prometheus.
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, folder] = process.argv.slice(2);
const files = (secret) => {
  const found = readdirSync(folder + '/' + secret).filter((name) => name.endsWith('.crt'));
  return found.length > 0 ? found : ['none'];
};
const page = () => {
  const ends = ['# TYPE certificate_not_after_timestamp_seconds gauge'];
  const readable = ['# TYPE certificate_readable gauge'];
  for (const secret of readdirSync(folder).sort()) {
    for (const file of files(secret)) {
      const labels = '{secret="' + secret + '",file="' + file + '"}';
      try {
        const { validTo } = new X509Certificate(readFileSync([folder, secret, file].join('/')));
        ends.push('certificate_not_after_timestamp_seconds' + labels + ' ' + Date.parse(validTo) / 1000);
        readable.push('certificate_readable' + labels + ' 1');
      } catch {
        readable.push('certificate_readable' + labels + ' 0');
      }
    }
  }
  return [...ends, ...readable, ''].join('\\n');
};
createServer((request, answer) => {
  answer.setHeader('content-type', 'text/plain; version=0.0.4');
  answer.end(page());
}).listen(Number(port));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
`;

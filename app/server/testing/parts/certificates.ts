import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { account, must } from './programs.ts';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** An authority of one test, in a folder: `ca.crt`, and for each name `<name>.crt` and `<name>.key`. */
export async function authority(folder: string, name = 'ca'): Promise<void> {
  const subject = ['-subj', `/CN=${name}`, '-days', '1'];
  const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`];
  await must(['openssl', 'req', '-x509', ...KEY, ...subject, ...files], folder);
}

/** A certificate for a user or a server on this machine, signed by an authority of the folder. */
export async function certificate(
  folder: string,
  name: string,
  { by = 'ca', file = name }: { by?: string; file?: string } = {},
): Promise<void> {
  const files = ['-keyout', `${file}.key`, '-out', `${file}.csr`];
  await must(['openssl', 'req', '-new', ...KEY, '-subj', `/CN=${name}`, ...files], folder);
  writeFileSync(join(folder, `${file}.ext`), 'subjectAltName = DNS:localhost, IP:127.0.0.1\n');
  const signing = ['-in', `${file}.csr`, '-CA', `${by}.crt`, '-CAkey', `${by}.key`, '-CAcreateserial'];
  const made = ['-days', '1', '-extfile', `${file}.ext`, '-out', `${file}.crt`];
  await must(['openssl', 'x509', '-req', ...signing, ...made], folder);
  const key = join(folder, `${file}.key`);
  chmodSync(key, 0o600);
  if (account) chownSync(key, account.uid, account.gid);
}

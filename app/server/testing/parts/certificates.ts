import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificate } from '../../../../scripts/testing/certificates.ts';
import { account } from './programs.ts';

const pair = (folder: string, name: string) => ({
  key: join(folder, `${name}.key`),
  certificate: join(folder, `${name}.crt`),
});

/** An authority of one test, in a folder: `ca.crt`, and for each name `<name>.crt` and `<name>.key`. */
export async function authority(folder: string, name = 'ca'): Promise<void> {
  await makeCertificate(name, pair(folder, name));
}

/**
 * A certificate for a user or a server on this machine, signed by an authority of the folder.
 * @returns its serial number, in hexadecimal digits
 */
export async function certificate(
  folder: string,
  name: string,
  { by = 'ca', file = name }: { by?: string; file?: string } = {},
): Promise<string> {
  const own = pair(folder, file);
  const names = ['DNS:localhost', 'IP:127.0.0.1'];
  const serial = await makeCertificate(name, own, { names, by: pair(folder, by) });
  chmodSync(own.key, 0o600);
  if (account) chownSync(own.key, account.uid, account.gid);
  return serial;
}

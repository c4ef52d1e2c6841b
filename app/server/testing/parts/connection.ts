import type { TLSSocket } from 'node:tls';
import pg from 'pg';
import { APP_USER } from '../rights.ts';

/** What a client shows and trusts, as PEM. */
export interface ShownFiles {
  ca: Buffer;
  cert: Buffer;
  key: Buffer;
}

/**
 * Signs the app's user in on a connection of its own, by certificates alone, and asks one statement.
 * @returns the serial numbers, in hexadecimal digits, of the certificate that the other end showed and of the one by which the
 * database knows who asks: through a pooler that is the pooler's
 */
export async function signIn(port: number, files: ShownFiles): Promise<{ serial: string; server: string }> {
  const client = new pg.Client({
    host: 'localhost',
    port,
    user: APP_USER,
    database: 'fredu',
    ssl: { ...files, servername: 'localhost' },
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { stream } = (client as unknown as { connection: { stream: TLSSocket } }).connection;
    const server = stream.getPeerCertificate().serialNumber.toLowerCase();
    const { rows } = await client.query(
      'SELECT client_serial::text AS serial FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    return { serial: BigInt(rows[0].serial).toString(16), server };
  } finally {
    await client.end().catch(() => undefined);
  }
}

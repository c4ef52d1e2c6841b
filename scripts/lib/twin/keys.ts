import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '#scripts/lib/run.ts';
import type { Keys, Pair } from './parts.ts';

/** An authority of a twin: it lives as long as that does, and its key stays in the twin's folder. */
interface Authority {
  certificate: string;
  key: string;
  /**
   * @param names as openssl writes them: `DNS:…`, `IP:…`
   * @param file what its files are called @default the subject
   */
  sign(subject: string, names?: string[], file?: string): Promise<Pair>;
}

/** Makes a new authority by openssl; its files are the folder's. @throws when openssl refuses */
async function authority(folder: string, name: string): Promise<Authority> {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const files = (name: string) => {
    const base = join(own, name.replaceAll(/[^\w.-]/g, '-'));
    return { key: `${base}.key`, certificate: `${base}.crt` };
  };
  const make = async (subject: string, extensions: string[], by: string[], file = subject): Promise<Pair> => {
    const { key, certificate } = files(file);
    const { code, stderr } = await run([
      ...([
        'openssl',
        'req',
        '-x509',
        '-days',
        '30',
        '-subj',
        subject.startsWith('/') ? subject : `/CN=${subject}`,
        '-nodes',
      ] as const),
      ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', key, '-out', certificate],
      ...extensions.flatMap((each) => ['-addext', each]),
      ...by,
    ]);
    if (code !== 0) throw new Error(`openssl made no certificate for ${subject}: ${stderr}`);
    return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
  };
  const top = await make(`twin ${name}`, ['keyUsage=critical,keyCertSign,cRLSign,digitalSignature'], []);
  const by = files(`twin ${name}`);
  return {
    certificate: top.certificate,
    key: top.key,
    sign: (subject, names = [], file = subject) =>
      make(
        subject,
        [
          'basicConstraints=critical,CA:FALSE',
          'extendedKeyUsage=serverAuth,clientAuth',
          ...(names.length > 0 ? [`subjectAltName=${names.join()}`] : []),
        ],
        ['-CA', by.certificate, '-CAkey', by.key],
        file,
      ),
  };
}

export type Authorities = Record<keyof Keys['played'], Authority>;

/** The three that a platform has: of its database, of its cluster, and of the world. */
export async function authorities(folder: string): Promise<Authorities> {
  const [database, kubernetes, world] = await Promise.all(
    ['database', 'kubernetes', 'public'].map((name) => authority(folder, name)),
  );
  return { database: database!, kubernetes: kubernetes!, public: world! };
}

/** What hosts are given of them. */
export async function keysOf(all: Authorities, names: Record<keyof Keys['played'], string[]>): Promise<Keys> {
  const kinds = ['database', 'kubernetes', 'public'] as const;
  const pairs = await Promise.all(kinds.map((kind) => all[kind].sign('played', names[kind])));
  return {
    authorities: {
      database: all.database.certificate,
      kubernetes: all.kubernetes.certificate,
      public: all.public.certificate,
    },
    played: { database: pairs[0]!, kubernetes: pairs[1]!, public: pairs[2]! },
  };
}

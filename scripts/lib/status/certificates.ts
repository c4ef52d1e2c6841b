import { X509Certificate } from 'node:crypto';
import { type Data, listOf } from '#policies/reading/texts.ts';
import { type Cluster, each } from '../deploy/cluster.ts';

/** A certificate that stands in a cluster. */
export interface StandingCertificate {
  /** `education/tls-public tls.crt`. */
  where: string;
  /** Its subject's common name, else its first name. */
  name: string;
  /** ISO 8601. */
  ends: string;
  days: number;
}

const DAY_MILLISECONDS = 24 * 3600 * 1000;

/**
 * The certificates of all Secrets of some namespaces, the first to end first. Private keys are in the same answers: nothing but
 * `*.crt` is looked at, and nothing of it kept. @returns nothing where the cluster does not let us read them
 */
export async function certificatesOf(
  cluster: Cluster,
  namespaces: readonly string[],
  now: number,
): Promise<StandingCertificate[] | undefined> {
  const lists = await each(namespaces, async (namespace) => {
    const { status, body } = await cluster.ask('GET', `/api/v1/namespaces/${namespace}/secrets`);
    return status === 200 ? listOf(body.items) : undefined;
  });
  if (lists.includes(undefined)) return undefined;
  return lists
    .flatMap((list) => list!.flatMap((secret) => ofSecret(secret, now)))
    .sort((a, b) => a.days - b.days);
}

function ofSecret({ metadata, data }: Data, now: number): StandingCertificate[] {
  return Object.entries<string>(data ?? {}).flatMap(([key, value]): StandingCertificate[] => {
    if (!key.endsWith('.crt')) return [];
    const where = `${metadata.namespace}/${metadata.name} ${key}`;
    try {
      const { validTo, subject, subjectAltName } = new X509Certificate(Buffer.from(value, 'base64'));
      const ends = new Date(validTo);
      const name = /CN=([^\n]+)/.exec(subject ?? '')?.[1] ?? subjectAltName?.split(', ')[0] ?? '';
      return [
        {
          where,
          name,
          ends: ends.toISOString(),
          days: Math.floor((ends.getTime() - now) / DAY_MILLISECONDS),
        },
      ];
    } catch {
      return [{ where, name: 'no certificate', ends: '', days: -1 }];
    }
  });
}

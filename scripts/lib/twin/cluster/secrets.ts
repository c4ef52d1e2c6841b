import { randomBytes } from 'node:crypto';
import { parse } from 'yaml';
import type { Artefacts } from '#charts/artefacts.ts';
import { KEY_SECRET } from '#constructs/kubernetes/education/education-api.ts';
import type { Model, Site } from '#sites/model.ts';
import type { Authorities } from '../keys.ts';
import { onCall } from '../world.ts';

/** Who the database's authority vouches for, as the tree lists them. */
interface Identity {
  commonName: string;
  names: string[];
  addresses: string[];
  places: { site: string; namespace?: string; secret?: string; files: string[] }[];
}

/**
 * The Secrets that the tree refers to and does not hold, for the namespaces that are played: certificates by the twin's
 * authorities, and keys of an object store that is not there.
 */
export async function secrets(
  { model, site, tree }: { model: Model; site: Site; tree: Artefacts },
  authorities: Authorities,
  namespaces: string[],
): Promise<object[]> {
  const { identities = [] } = parse(tree.get('platform/certificates.yaml') ?? '{}') as {
    identities?: Identity[];
  };
  const ca = authorities.database.certificate;
  const ours = identities.flatMap((identity) =>
    identity.places
      .filter((place) => place.site === site.code && place.namespace && namespaces.includes(place.namespace))
      .map((place) => ({ identity, place })),
  );
  const certificates = await Promise.all(
    ours.map(async ({ identity: { commonName, names, addresses }, place }) => {
      const pair = await authorities.database.sign(
        commonName,
        [...names.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)],
        `${place.namespace}-${place.secret}`,
      );
      const texts = [ca, pair.certificate, pair.key];
      return secret(
        place.namespace!,
        place.secret!,
        Object.fromEntries(place.files.map((file, index) => [file, texts[index]!])),
      );
    }),
  );
  const web = async (namespace: string, names: string[]) => {
    const pair = await authorities.public.sign(
      names[0]!,
      names.map((name) => `DNS:${name}`),
      `tls-${namespace}`,
    );
    return {
      ...secret(namespace, 'tls-public', { 'tls.crt': pair.certificate, 'tls.key': pair.key }),
      type: 'kubernetes.io/tls',
    };
  };
  return [
    ...certificates,
    await web('education', [model.domain, site.domain]),
    ...(site.objects ? [await web('rook-ceph', [new URL(site.objects.endpoint).hostname])] : []),
    // Who is on call, and who hears that alerts are sent at all.
    secret(
      'monitoring',
      'alertmanager-receivers',
      Object.fromEntries(['page', 'ticket', 'watchdog'].map((each) => [each, `${onCall()}/${each}`])),
    ),
    secret('education', KEY_SECRET, { key: randomBytes(20).toString('hex') }),
    secret('education', 'education-s3', {
      AWS_ACCESS_KEY_ID: randomBytes(10).toString('hex'),
      AWS_SECRET_ACCESS_KEY: randomBytes(20).toString('hex'),
    }),
  ];
}

const secret = (namespace: string, name: string, stringData: Record<string, string>): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  stringData,
});

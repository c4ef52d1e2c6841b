import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { imageTag } from '#constructs/images.ts';
import { RELEASES } from '#constructs/releases.ts';
import { CannotLook, cannot, main, options } from '../lib/main.ts';
import { ROOT } from '../lib/sites.ts';
import { lines, type Schema, share, slim } from './slim-schema.ts';

/** A project whose custom resources we use: where its definitions are published, and the kinds that the tree may have. */
interface Source {
  /** Key of its file on the command line. */
  option: 'rook' | 'cert-manager' | 'gateway-api';
  url: string;
  licence: string;
  kinds: string[];
}

export const SOURCES: Source[] = [
  {
    option: 'rook',
    url: `https://raw.githubusercontent.com/rook/rook/${imageTag('rook')}/deploy/examples/crds.yaml`,
    licence: 'Apache-2.0',
    kinds: [
      'ceph.rook.io/v1 CephCluster',
      'ceph.rook.io/v1 CephObjectRealm',
      'ceph.rook.io/v1 CephObjectZoneGroup',
      'ceph.rook.io/v1 CephObjectZone',
      'ceph.rook.io/v1 CephObjectStore',
      'ceph.rook.io/v1 CephObjectStoreUser',
      'ceph.rook.io/v1 CephClient',
      'objectbucket.io/v1alpha1 ObjectBucketClaim',
    ],
  },
  {
    option: 'cert-manager',
    url: `https://github.com/cert-manager/cert-manager/releases/download/v${RELEASES.certManager}/cert-manager.crds.yaml`,
    licence: 'Apache-2.0',
    kinds: [
      'cert-manager.io/v1 Certificate',
      'cert-manager.io/v1 Issuer',
      'cert-manager.io/v1 ClusterIssuer',
    ],
  },
  {
    option: 'gateway-api',
    url: `https://github.com/kubernetes-sigs/gateway-api/releases/download/v${RELEASES.gatewayApi}/standard-install.yaml`,
    licence: 'Apache-2.0',
    // All of the standard channel: a controller watches more kinds than our tree has objects of.
    kinds: [
      ...['GatewayClass', 'Gateway', 'ListenerSet', 'HTTPRoute', 'GRPCRoute', 'TLSRoute'],
      ...['BackendTLSPolicy', 'ReferenceGrant'],
    ].map((kind) => `gateway.networking.k8s.io/v1 ${kind}`),
  },
];

/** How the API server names a kind. */
interface Names {
  plural: string;
  scope: 'Namespaced' | 'Cluster';
}

/** Schemas of these kinds from definitions as they are published. @throws CannotLook when a kind is not among them */
export function kindsOf(yaml: string, kinds: string[]): Record<string, { schema: Schema; names: Names }> {
  const definitions = parseAllDocuments(yaml).map((document) => document.toJS());
  const found = new Map<string, { schema: Schema; names: Names }>(
    definitions.flatMap((definition) =>
      definition?.kind === 'CustomResourceDefinition'
        ? definition.spec.versions
            .filter(({ served }: Schema) => served)
            .map(({ name, schema }: Schema) => [
              `${definition.spec.group}/${name} ${definition.spec.names.kind}`,
              {
                schema: schema.openAPIV3Schema,
                names: { plural: definition.spec.names.plural, scope: definition.spec.scope },
              },
            ])
        : [],
    ),
  );
  return Object.fromEntries(
    kinds.map((kind) => {
      const { schema, names } = found.get(kind) ?? {};
      if (!schema || !names)
        throw new CannotLook(`the file defines no ${kind}; is it of the release that SOURCES names?`);
      return [kind, { schema: object(kind, slim(schema)), names }];
    }),
  );
}

/** The whole object as a person writes it: metadata like any other object's, no status. */
function object(name: string, schema: Schema): Schema {
  const [apiVersion, kind] = name.split(' ');
  const { status, ...properties } = schema.properties;
  return {
    ...schema,
    properties: {
      ...properties,
      apiVersion: { enum: [apiVersion] },
      kind: { enum: [kind] },
      metadata: { $ref: '#/definitions/meta.v1.ObjectMeta' },
    },
    required: [...new Set(['apiVersion', 'kind', 'metadata', ...(schema.required ?? [])])],
  };
}

/** Everything that stands in `policies/reading/schemas/custom-resources.json`, from the text of each source. */
export function customResources(texts: Map<Source, string>) {
  const all: ReturnType<typeof kindsOf> = Object.assign(
    {},
    ...[...texts].map(([{ kinds }, text]) => kindsOf(text, kinds)),
  );
  const kindName = (kind: string): string => kind.split(' ')[1]!;
  const { schemas, definitions } = share(
    Object.fromEntries(Object.entries(all).map(([kind, { schema }]) => [kindName(kind), schema])),
  );
  return {
    '//': 'npm run schemas:custom',
    sources: [...texts].map(([{ url, licence }, text]) => ({
      url,
      licence,
      sha256: createHash('sha256').update(text).digest('hex'),
    })),
    kinds: Object.fromEntries(Object.keys(all).map((kind) => [kind, kindName(kind)])),
    names: Object.fromEntries(Object.entries(all).map(([kind, { names }]) => [kindName(kind), names])),
    definitions: { ...schemas, ...definitions },
  };
}

const USAGE = `npm run schemas:custom -- ${SOURCES.map(({ option }) => `--${option} FILE`).join(' ')}
Writes policies/reading/schemas/custom-resources.json from these definitions, which you fetch before:
${SOURCES.map(({ option, url }) => `  ${option.padEnd(12)} ${url}`).join('\n')}`;

if (import.meta.main) {
  await main(() => {
    const { values } = options(USAGE, {
      rook: { type: 'string' },
      'cert-manager': { type: 'string' },
      'gateway-api': { type: 'string' },
    });
    const texts = new Map(
      SOURCES.map((source): [Source, string] => {
        const path = values[source.option];
        if (!path) throw new CannotLook(`--${source.option} is missing\n${USAGE}`);
        return [source, read(path)];
      }),
    );
    const text = lines(customResources(texts));
    writeFileSync(join(ROOT, 'policies/reading/schemas/custom-resources.json'), text);
    process.stdout.write(`policies/reading/schemas/custom-resources.json: ${text.length} bytes\n`);
    return 0;
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw cannot('read', path, error);
  }
}

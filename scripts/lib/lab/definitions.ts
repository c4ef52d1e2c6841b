import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { RELEASES } from '#constructs/releases.ts';
import custom from '#policies/reading/schemas/custom-resources.json' with { type: 'json' };
import { goModule } from './go-tool.ts';

// biome-ignore lint/suspicious/noExplicitAny: a schema is plain data of many shapes
type Data = any;

/**
 * Definitions of the custom resources that we use, as an API server takes them, made of the schemas that a law judges by:
 * the server then says by itself whether it agrees. Rules in its own expression language are not in these schemas.
 */
export function customDefinitions(): unknown[] {
  return Object.entries<string>(custom.kinds).map(([key, kind]) => {
    const [apiVersion = ''] = key.split(' ');
    const [group = '', version = ''] = apiVersion.split('/');
    const { plural, scope } = (custom.names as Record<string, { plural: string; scope: string }>)[kind]!;
    const { properties, required } = definitions[kind];
    const { apiVersion: _, kind: __, metadata: ___, ...rest } = properties;
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: `${plural}.${group}`,
        annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
      },
      spec: {
        group,
        names: { kind, plural, singular: kind.toLowerCase() },
        scope,
        versions: [
          {
            name: version,
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: each(rest, structural),
                required: required.filter((name: string) => name in rest),
              },
            },
          },
        ],
      },
    };
  });
}

const definitions: Data = custom.definitions;
const each = (map: Data, change: (value: Data) => Data): Data =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));

/**
 * Without references, and closed by being structural: what is not named is refused or dropped.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
function structural(schema: Data): Data {
  if (schema.$ref) return structural(definitions[schema.$ref.split('/').at(-1)]);
  const {
    additionalProperties,
    properties,
    items,
    type,
    allOf,
    anyOf,
    oneOf,
    not,
    // How lists are merged, kept without the defaults that a server asks of such keys.
    'x-kubernetes-list-map-keys': _,
    ...rest
  } = schema;
  const branches = each(
    Object.fromEntries(Object.entries({ allOf, anyOf, oneOf }).filter(([, list]) => list)),
    (list) => list.map(branch),
  );
  const either = Array.isArray(type);
  const free = (type === 'object' || !type) && !properties && !additionalProperties;
  return {
    ...rest,
    ...branches,
    ...(not ? { not: branch(not) } : {}),
    ...(either ? { 'x-kubernetes-int-or-string': true } : { type }),
    ...(properties ? { properties: each(properties, structural) } : {}),
    ...(additionalProperties ? { additionalProperties: structural(additionalProperties) } : {}),
    ...(items ? { items: structural(items) } : {}),
    ...(free ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
  };
}
/** A branch narrows values and says nothing of their types. */
function branch({ type: _, additionalProperties: __, properties, items, ...rest }: Data): Data {
  return {
    ...rest,
    ...(properties ? { properties: each(properties, branch) } : {}),
    ...(items ? { items: branch(items) } : {}),
  };
}

/** All of the Gateway API that the release installs, from the module of that release. */
export async function gatewayDefinitions(): Promise<unknown[]> {
  const folder = join(await goModule('sigs.k8s.io/gateway-api', RELEASES.gatewayApi), 'config/crd/standard');
  return readdirSync(folder)
    .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')))
    .map((document) => document.toJS())
    .filter((object) => object?.kind === 'CustomResourceDefinition');
}

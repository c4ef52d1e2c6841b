/** An attribute as `terraform providers schema -json` prints it; flags that are false are left out there. */
export interface AttributeSchema {
  type: TypeSchema;
  required?: boolean;
  optional?: boolean;
  computed?: boolean;
  deprecated?: boolean;
  sensitive?: boolean;
}
type TypeSchema =
  | string
  | [kind: 'list' | 'set' | 'map', TypeSchema]
  | ['object', Record<string, TypeSchema>];
export interface BlockSchema {
  attributes?: Record<string, AttributeSchema>;
  block_types?: Record<string, NestedSchema>;
}
interface NestedSchema {
  nesting_mode: 'single' | 'list' | 'set' | 'map';
  block: BlockSchema;
  min_items?: number;
  max_items?: number;
}
/** What is kept of the provider: itself and the types that are used. */
export interface ProviderSchema {
  source: string;
  version: string;
  provider: BlockSchema;
  resources: Record<string, BlockSchema>;
  data: Record<string, BlockSchema>;
}

/** @see https://developer.hashicorp.com/terraform/cli/commands/providers/schema */
export interface PrintedSchema {
  provider_schemas: Record<
    string,
    {
      provider: { block: BlockSchema };
      resource_schemas: Record<string, { block: BlockSchema }>;
      data_source_schemas: Record<string, { block: BlockSchema }>;
    }
  >;
}

/** Resources and data sources that a stack of ours has, without the prefix `openstack_`. */
export interface Used {
  resources: readonly string[];
  data: readonly string[];
}

/** What the provider printed, cut down to what is used. @throws when it printed another provider, or misses a type */
export function slimSchema(
  printed: PrintedSchema,
  { source, version, resources, data }: Used & { source: string; version: string },
): ProviderSchema {
  const [, found] =
    Object.entries(printed.provider_schemas).find(([name]) => name.endsWith(`/${source}`)) ?? [];
  if (!found)
    throw new Error(
      `the schema is not of ${source}, but of ${Object.keys(printed.provider_schemas).join(', ')}`,
    );
  const pick = (from: Record<string, { block: BlockSchema }>, names: readonly string[]) =>
    Object.fromEntries(
      [...names].sort().map((name) => {
        const schema = from[`openstack_${name}`];
        if (!schema) throw new Error(`the provider has no openstack_${name}`);
        return [name, slimBlock(schema.block)];
      }),
    );
  return {
    source,
    version,
    provider: slimBlock(found.provider.block),
    resources: pick(found.resource_schemas, resources),
    data: pick(found.data_source_schemas, data),
  };
}

function slimBlock({ attributes = {}, block_types = {} }: BlockSchema): BlockSchema {
  const kept = Object.entries(attributes).map(
    ([name, { type, required, optional, computed, deprecated, sensitive }]): [string, AttributeSchema] => [
      name,
      { type, required, optional, computed, deprecated, sensitive },
    ],
  );
  const nested = Object.entries(block_types).map(
    ([name, { nesting_mode, block, min_items, max_items }]): [string, NestedSchema] => [
      name,
      { nesting_mode, block: slimBlock(block), min_items, max_items },
    ],
  );
  return {
    attributes: Object.fromEntries(kept.sort(byName)),
    ...(nested.length > 0 ? { block_types: Object.fromEntries(nested.sort(byName)) } : {}),
  };
}

/** TypeScript for a slim schema: what may be written in each type, and what can be read of it. */
export function generate({ source, version, provider, resources, data }: ProviderSchema): string {
  const types = (schemas: Record<string, BlockSchema>) =>
    Object.entries(schemas)
      .map(([name, block]) => `  ${name}: ${object(block, 1)};\n`)
      .join('');
  const readable = (schemas: Record<string, BlockSchema>) =>
    Object.entries(schemas)
      .map(
        ([name, { attributes = {} }]) =>
          `  ${name}: ${Object.keys(attributes)
            .map((each) => `'${each}'`)
            .join(' | ')};\n`,
      )
      .join('');
  return `// Made by \`npm run provider\` from the schema of ${source} ${version}: not to be edited.

export const SOURCE = '${source}';
export const VERSION = '${version}';

export interface Provider ${object(provider, 0)}

/** What may be written in each resource, as its page of the provider's documentation has it. */
export interface Resources {
${types(resources)}}

/** What can be read of each resource. */
export interface Attributes {
${readable(resources)}}

export interface DataSources {
${types(data)}}

export interface DataAttributes {
${readable(data)}}
`;
}

/** Attributes that can be set, then nested blocks; what only the provider sets cannot be written. */
function object({ attributes = {}, block_types = {} }: BlockSchema, depth: number): string {
  const lines = [
    ...Object.entries(attributes)
      .filter(
        ([name, { required, optional, deprecated }]) =>
          name !== 'id' && (required || optional) && !deprecated,
      )
      .map(([name, { required, type }]) => `${name}${required ? '' : '?'}: ${typeOf(type)};`),
    ...Object.entries(block_types).map(
      ([name, { block, min_items = 0, max_items, nesting_mode }]) =>
        `${name}${min_items > 0 ? '' : '?'}: ${object(block, depth + 1)}${max_items === 1 || nesting_mode === 'single' ? '' : '[]'};`,
    ),
  ];
  const indent = '  '.repeat(depth + 1);
  return `{\n${lines.map((line) => `${indent}${line}\n`).join('')}${'  '.repeat(depth)}}`;
}

function typeOf(type: TypeSchema): string {
  if (typeof type === 'string')
    return { bool: 'boolean', number: 'number', string: 'string' }[type] ?? 'unknown';
  const [kind, of] = type;
  if (kind === 'map') return `Record<string, ${typeOf(of)}>`;
  if (kind === 'object')
    return `{ ${Object.entries(of)
      .map(([name, each]) => `${name}: ${typeOf(each)}`)
      .join('; ')} }`;
  return `${typeOf(of)}[]`;
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

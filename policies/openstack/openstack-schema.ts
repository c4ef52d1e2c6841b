import type { Finding, Policy } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { type Stack, stacks } from '../reading/openstack-tree.ts';
import schema from '../reading/schemas/openstack.json' with { type: 'json' };

type TypeSchema = string | [string, unknown];
interface Attribute {
  type: TypeSchema;
  required?: boolean;
  optional?: boolean;
  deprecated?: boolean;
}
interface Block {
  attributes?: Record<string, Attribute>;
  block_types?: Record<
    string,
    { nesting_mode: string; block: Block; min_items?: number; max_items?: number }
  >;
}
const RESOURCES = schema.resources as unknown as Record<string, Block>;
const DATA = schema.data as unknown as Record<string, Block>;
/** What Terraform itself reads in every resource. */
const META = ['lifecycle', 'depends_on', 'provider', 'count', 'for_each', 'connection', 'provisioner'];

export const openstackSchema: Policy = {
  id: 'openstack-schema',
  title: 'a stack has only what the provider knows, all that it needs, and refers to what is there',
  why: 'The provider refuses a key that it does not know and a value of another type, but only when somebody plans; a reference to nothing is found no earlier. The schema is the one that the provider prints.',
  check(_model, tree) {
    return stacks(tree).flatMap((stack) => [...shapes(stack), ...references(stack), ...version(stack)]);
  },
};

function version({ whole, path }: Stack): Finding[] {
  const { source, version } = whole.terraform?.required_providers?.openstack ?? {};
  if (source === schema.source && version === schema.version) return [];
  const message = `the stack asks for ${source} ${version}; it is judged by the schema of ${schema.source} ${schema.version}`;
  return [
    {
      path,
      text: '"required_providers"',
      message,
      fix: 'name the version once, and generate the schema again',
    },
  ];
}

function shapes({ whole, path }: Stack): Finding[] {
  const judged = (all: Data, known: Record<string, Block>, what: string) =>
    Object.entries<Data>(all ?? {}).flatMap(([type, named]) => {
      const block = known[type.replace(/^openstack_/, '')];
      return Object.entries<Data>(named).flatMap(([name, value]) => {
        const place = `${what}${type}.${name}`;
        const wrong = block
          ? inBlock(value, block, place, META)
          : [
              {
                message: `${place} is of a type that the schema does not have`,
                fix: 'name a type of the provider',
              },
            ];
        return wrong.map((each) => ({ path, text: `"${name}"`, ...each }));
      });
    });
  return [
    ...judged(whole.resource, RESOURCES, ''),
    ...judged(whole.data, DATA, 'data.'),
    ...(whole.provider?.openstack ?? []).flatMap((value: Data) =>
      inBlock(value, schema.provider as unknown as Block, 'the provider', []).map((each) => ({
        path,
        text: '"provider"',
        ...each,
      })),
    ),
  ];
}

type Wrong = Pick<Finding, 'message' | 'fix'>;

function inBlock(
  value: Data,
  { attributes = {}, block_types = {} }: Block,
  place: string,
  also: string[],
): Wrong[] {
  const missing = [
    ...Object.entries(attributes).filter(([, { required }]) => required),
    ...Object.entries(block_types).filter(([, { min_items = 0 }]) => min_items > 0),
  ]
    .filter(([key]) => value[key] === undefined)
    .map(([key]) => ({ message: `${place} has no ${key}, which it needs`, fix: `add ${key}` }));
  const wrong = Object.entries<Data>(value).flatMap(([key, each]): Wrong[] => {
    if (also.includes(key)) return [];
    const attribute = attributes[key];
    const nested = block_types[key];
    if (nested) {
      const list = Array.isArray(each) ? each : [each];
      const many = nested.max_items !== undefined && nested.max_items > 0 && list.length > nested.max_items;
      return [
        ...(many
          ? [
              {
                message: `${place} has ${list.length} ${key}; ${nested.max_items} may be`,
                fix: 'remove the others',
              },
            ]
          : []),
        ...list.flatMap((item, index) => inBlock(item, nested.block, `${place}.${key}[${index}]`, [])),
      ];
    }
    if (!attribute || (!attribute.required && !attribute.optional))
      return [
        {
          message: `${place} has a key ${key}, which ${attribute ? 'only the provider sets' : 'the provider does not know'}`,
          fix: 'remove it, or spell it as its documentation does',
        },
      ];
    if (attribute.deprecated)
      return [{ message: `${place} has ${key}, which is deprecated`, fix: 'use what replaces it' }];
    return fits(each, attribute.type)
      ? []
      : [
          {
            message: `${place}.${key} is ${JSON.stringify(each)}, not a ${describe(attribute.type)}`,
            fix: 'write a value of that type',
          },
        ];
  });
  return [...missing, ...wrong];
}

const isExpression = (value: unknown): boolean => typeof value === 'string' && /^\$\{.*\}$/s.test(value);

function fits(value: unknown, type: TypeSchema): boolean {
  if (isExpression(value)) return true;
  if (typeof type === 'string')
    return typeof value === { bool: 'boolean', number: 'number', string: 'string' }[type];
  const [kind, of] = type as [string, TypeSchema];
  if (kind === 'map')
    return (
      typeof value === 'object' && value !== null && Object.values(value).every((each) => fits(each, of))
    );
  if (kind === 'set' && Array.isArray(value) && new Set(value).size !== value.length) return false;
  return Array.isArray(value) && value.every((each) => fits(each, of));
}
const describe = (type: TypeSchema): string =>
  typeof type === 'string' ? type : `${type[0]} of ${describe(type[1] as TypeSchema)}`;

/** Every `openstack_type.name.attribute` leads to a resource of the stack, and to an attribute that it has. */
function references({ whole, text, path }: Stack): Finding[] {
  const found = [...text.matchAll(/(data\.)?openstack_(\w+)\.([\w-]+)\.(\w+)/g)];
  return found.flatMap(([expression, data, type = '', name = '', attribute = '']): Finding[] => {
    const known = (data ? DATA : RESOURCES)[type];
    const there = (data ? whole.data : whole.resource)?.[`openstack_${type}`]?.[name];
    if (there && known?.attributes?.[attribute]) return [];
    const message = `${expression} leads to nothing: ${there ? `no attribute ${attribute}` : `no ${type} ${name}`}`;
    return [{ path, text: expression, message, fix: 'refer to what the stack has' }];
  });
}

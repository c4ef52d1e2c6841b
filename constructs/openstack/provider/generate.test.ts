import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { RELEASES } from '../../releases.ts';
import { generate, type PrintedSchema, type ProviderSchema, slimSchema } from './generate.ts';
import { OpenstackProvider, OsData, OsResource } from './index.ts';
import { USED } from './used.ts';

const printed: PrintedSchema = {
  provider_schemas: {
    'registry.terraform.io/somebody/openstack': {
      provider: { block: { attributes: { cloud: { type: 'string', optional: true } } } },
      resource_schemas: {
        openstack_thing_v1: {
          block: {
            attributes: {
              id: { type: 'string', optional: true, computed: true },
              size: { type: 'number', required: true },
              names: { type: ['set', 'string'], optional: true },
              labels: { type: ['map', 'string'], optional: true, computed: true },
              old: { type: 'bool', optional: true, deprecated: true },
              status: { type: 'string', computed: true },
              routes: { type: ['list', ['object', { to: 'string' }]], optional: true },
            },
            block_types: {
              rule: {
                nesting_mode: 'list',
                min_items: 1,
                block: { attributes: { port: { type: 'number', required: true } } },
              },
              one: { nesting_mode: 'set', max_items: 1, block: { attributes: {} } },
            },
          },
        },
        openstack_unused_v1: { block: {} },
      },
      data_source_schemas: {
        openstack_image_v1: { block: { attributes: { name: { type: 'string', optional: true } } } },
      },
    },
  },
};
const used = { source: 'somebody/openstack', version: '1.2.3', resources: ['thing_v1'], data: ['image_v1'] };

describe('the generator', () => {
  it('says what may be written, what must be, and what can be read', () => {
    expect(
      generate(slimSchema(printed, used)),
    ).toBe(`// Made by \`npm run provider\` from the schema of somebody/openstack 1.2.3: not to be edited.

export const SOURCE = 'somebody/openstack';
export const VERSION = '1.2.3';

export interface Provider {
  cloud?: string;
}

/** What may be written in each resource, as its page of the provider's documentation has it. */
export interface Resources {
  thing_v1: {
    labels?: Record<string, string>;
    names?: string[];
    routes?: { to: string }[];
    size: number;
    one?: {
    };
    rule: {
      port: number;
    }[];
  };
}

/** What can be read of each resource. */
export interface Attributes {
  thing_v1: 'id' | 'labels' | 'names' | 'old' | 'routes' | 'size' | 'status';
}

export interface DataSources {
  image_v1: {
    name?: string;
  };
}

export interface DataAttributes {
  image_v1: 'name';
}
`);
  });

  it('refuses the schema of another provider, and a type that the provider has not', () => {
    expect(() => slimSchema(printed, { ...used, source: 'other/openstack' })).toThrow(
      'the schema is not of other/openstack, but of registry.terraform.io/somebody/openstack',
    );
    expect(() => slimSchema(printed, { ...used, resources: ['thing_v2'] })).toThrow(
      'the provider has no openstack_thing_v2',
    );
  });

  it('made the file that is kept, from the schema that is kept, for the release that is named', () => {
    const root = join(import.meta.dirname, '../../..');
    const schema: ProviderSchema = JSON.parse(
      readFileSync(join(root, 'policies/reading/schemas/openstack.json'), 'utf8'),
    );
    expect(generate(schema)).toBe(readFileSync(join(import.meta.dirname, 'openstack.gen.ts'), 'utf8'));
    expect(schema.version).toBe(RELEASES.openstackProvider);
    expect(Object.keys(schema.resources)).toEqual([...USED.resources].sort());
    expect(Object.keys(schema.data)).toEqual([...USED.data].sort());
  });
});

describe('the resources', () => {
  const synth = (fill: (stack: TerraformStack) => void) => {
    const stack = new TerraformStack(new App(), 'test');
    new OpenstackProvider(stack, 'openstack', { cloud: 'test' });
    fill(stack);
    stack.prepareStack();
    return stack.toTerraform();
  };

  it('have the keys of the documentation, names that a person can read, and references', () => {
    const made = synth((stack) => {
      const image = new OsData(stack, 'image', 'images_image_v2', { name: 'debian' });
      const port = new OsResource(stack, 'port', 'networking_port_v2', {
        network_id: 'n',
        fixed_ip: [{ ip_address: '10.0.0.1' }],
      });
      new OsResource(
        stack,
        'host',
        'compute_instance_v2',
        { name: 'host', image_id: image.ref('id'), network: [{ port: port.ref('id') }] },
        { lifecycle: { preventDestroy: true, ignoreChanges: ['image_id'] }, dependsOn: [port] },
      );
    });
    expect(made.resource.openstack_networking_port_v2.port).toMatchObject({
      network_id: 'n',
      fixed_ip: [{ ip_address: '10.0.0.1' }],
    });
    expect(made.resource.openstack_compute_instance_v2.host).toMatchObject({
      image_id: ref('data.openstack_images_image_v2.image.id'),
      network: [{ port: ref('openstack_networking_port_v2.port.id') }],
      depends_on: ['openstack_networking_port_v2.port'],
      lifecycle: { prevent_destroy: true, ignore_changes: ['image_id'] },
    });
    expect(made.terraform.required_providers.openstack).toEqual({
      source: 'terraform-provider-openstack/openstack',
      version: RELEASES.openstackProvider,
    });
  });

  it('refuse a wrong key, a missing one and a wrong attribute before anything runs', () => {
    // The compiler is the judge here: an expected error that does not come is an error itself.
    synth((stack) => {
      // @ts-expect-error: `nam` does not exist, did you mean `name`?
      new OsResource(stack, 'a', 'compute_servergroup_v2', { nam: 'x' });
      // @ts-expect-error: size is missing
      new OsResource(stack, 'b', 'blockstorage_volume_v3', { name: 'x' });
      // @ts-expect-error: fixed_ip has no key ip
      new OsResource(stack, 'c', 'networking_port_v2', { network_id: 'n', fixed_ip: [{ ip: '10.0.0.1' }] });
      const group = new OsResource(stack, 'd', 'compute_servergroup_v2', { name: 'x' });
      // @ts-expect-error: nothing of that name can be read
      group.ref('uuid');
      // @ts-expect-error: only the provider sets it
      new OsResource(stack, 'e', 'compute_keypair_v2', { name: 'x', fingerprint: 'y' });
      // @ts-expect-error: no such resource
      new OsResource(stack, 'f', 'compute_instance_v3', { name: 'x' });
    });
  });
});

const ref = (expression: string) => `\${${expression}}`;

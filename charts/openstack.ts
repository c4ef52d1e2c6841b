import { App } from 'cdktf';
import { OpenstackSite } from '../constructs/openstack/stack.ts';
import type { Model, Site } from '../sites/model.ts';

/** The one stack of a site in an OpenStack: its configuration for Terraform or OpenTofu. */
export function openstack(model: Model, site: Site): [path: string, text: string][] {
  if (!site.openstack) return [];
  const stack = new OpenstackSite(new App(), { model, site });
  return [['openstack/cdk.tf.json', stackText(stack)]];
}

/** The stack as its file has it: without the paths and versions of the library, which change nothing that is made. */
export function stackText(stack: OpenstackSite): string {
  const { '//': _, ...rest } = stack.toTerraform();
  return `${JSON.stringify({ '//': { metadata: { stackName: stack.node.id } }, ...plain(rest) }, null, 2)}\n`;
}

/** Keys in one order, comments of the library left out; lists are kept, for their order means something. */
function plain<T>(value: T): T;
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => plain(each));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== '//');
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, plain(each)]),
  );
}

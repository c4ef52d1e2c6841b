import { App, DefaultTokenResolver, StringConcat, TerraformElement, Tokenization } from 'cdktf';
import { OpenstackSite } from '../constructs/openstack/stack.ts';
import type { Model, Site } from '../sites/model.ts';

/** The one stack of a site in an OpenStack: its configuration for Terraform or OpenTofu. */
export function openstack(model: Model, site: Site): [path: string, text: string][] {
  if (!site.openstack) return [];
  return [['openstack/cdk.tf.json', stackText(new OpenstackSite(new App(), { model, site }))]];
}

/**
 * The stack as its file has it: without the paths and versions of the library, which change nothing that is made. Our
 * resources name each other in Terraform's words, so tokens are resolved only in the few that have one; the library's own
 * `toTerraform` looks for them in all, three times. A test holds its result against this one.
 */
export function stackText(stack: OpenstackSite): string {
  const parts: Block = { '//': { metadata: { stackName: stack.node.id } } };
  for (const element of stack.node.findAll()) {
    if (element !== stack && TerraformElement.isTerraformElement(element))
      merge(parts, resolved(stack, plain(element.toTerraform())));
  }
  return `${JSON.stringify(ordered(parts), null, 2)}\n`;
}

function resolved(stack: OpenstackSite, part: Block): Block {
  if (!JSON.stringify(part).includes('TfToken[')) return part;
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(part, { scope: stack, resolver, preparing: false });
}

interface Block {
  [key: string]: unknown;
}
const isBlock = (value: unknown): value is Block =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merge(target: Block, source: Block): void {
  for (const [key, value] of Object.entries(source)) {
    const there = target[key];
    if (isBlock(value) && isBlock(there)) merge(there, value);
    else if (Array.isArray(value) && Array.isArray(there)) target[key] = [...there, ...value];
    else target[key] = value;
  }
}

/** Without comments of the library and what is left open. */
function plain<T>(value: T): T;
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => plain(each));
  if (!isBlock(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      key === '//' || each === undefined ? [] : [[key, plain(each)]],
    ),
  );
}

/** Keys in one order; lists are kept, for their order means something. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isBlock(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, ordered(each)]));
}

import { App, DefaultTokenResolver, StringConcat, TerraformElement, Tokenization } from 'cdktf';
import { OpenstackStack } from '#constructs/openstack/stack.ts';
import type { TextFile } from '#constructs/text-file.ts';
import type { Model, Site } from '#sites/model.ts';
import { hasOpenstack } from '#sites/site-kinds.ts';

/** The one stack of a site in an OpenStack: its configuration for Terraform or OpenTofu. */
export function openstack(model: Model, site: Site): TextFile[] {
  if (!hasOpenstack(site)) return [];
  return [['openstack/cdk.tf.json', stackText(new OpenstackStack(new App(), site.code, { model, site }))]];
}

/**
 * The stack as its file has it: without the paths and versions of the library, which change nothing that is made, and keys in
 * one order. The library's own `toTerraform` looks for tokens in everything, three times; here each text is looked at once, as
 * it is put in its place. A test holds its result against this one.
 */
export function stackText(stack: OpenstackStack): string {
  const parts: Block = {};
  for (const element of stack.node.findAll()) {
    if (element !== stack && TerraformElement.isTerraformElement(element))
      merge(parts, element.toTerraform());
  }
  const resolver = new DefaultTokenResolver(new StringConcat());
  const resolve = (text: string): unknown =>
    Tokenization.resolve(text, { scope: stack, resolver, preparing: false });
  const file = { '//': { metadata: { stackName: stack.node.id } }, ...(plain(parts, resolve) as Block) };
  return `${JSON.stringify(file, null, 2)}\n`;
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

/** Without comments of the library, what is left open, and tokens. Keys are sorted; lists are kept, for their order means something. */
function plain(value: unknown, resolve: (text: string) => unknown): unknown {
  if (typeof value === 'string') return value.includes('TfToken[') ? resolve(value) : value;
  if (Array.isArray(value)) return value.map((each) => plain(each, resolve));
  if (!isBlock(value)) return value;
  const sorted: Block = {};
  for (const key of Object.keys(value).sort())
    if (key !== '//' && value[key] !== undefined) sorted[key] = plain(value[key], resolve);
  return sorted;
}

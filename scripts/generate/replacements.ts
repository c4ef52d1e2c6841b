import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import schema from '#policies/reading/schemas/openstack.json' with { type: 'json' };
import { CannotLook, main, options } from '../lib/main.ts';
import { run } from '../lib/run.ts';
import { ROOT } from '../lib/sites.ts';

const USAGE = `npm run replacements -- --source FOLDER
  Writes policies/reading/schemas/openstack-replacements.json: which arguments of a resource its provider cannot change in place,
  from a git clone of terraform-provider-openstack. The schema that the provider prints does not say it.`;

/**
 * Arguments with `ForceNew: true` in the Go source of a resource, nested ones by their path. The source is formatted by
 * gofmt: an argument opens with its name on a line of its own and closes at the same depth.
 */
export function forcedIn(source: string): string[] {
  const open: { name: string; depth: number }[] = [];
  const found: string[] = [];
  for (const line of source.split('\n')) {
    const depth = /^\t*/.exec(line)![0].length;
    const name = /^\t+"(\w+)":\s+(?:\{|&?schema\.Schema\{)$/.exec(line)?.[1];
    if (name !== undefined) open.push({ name, depth });
    else if (/^\t*\},?$/.test(line) && open.at(-1)?.depth === depth) open.pop();
    else if (/^\t+ForceNew:\s+true,/.test(line) && open.at(-1)?.depth === depth - 1)
      found.push(open.map((each) => each.name).join('.'));
  }
  return [...new Set(found)].sort();
}

/** Where the provider says which function describes a resource, and in which file that stands. */
async function sourceOf(clone: string, tag: string, resource: string): Promise<string> {
  const path = `openstack/resource_openstack_${resource}.go`;
  const { code, stdout } = await run(['git', '-C', clone, 'show', `${tag}:${path}`], { timeoutSeconds: 60 });
  if (code !== 0)
    throw new CannotLook(
      `${clone} has no ${path} at ${tag}; clone terraform-provider-openstack with its tags`,
    );
  return stdout;
}

if (import.meta.main) {
  await main(async () => {
    const { values } = options(USAGE, { source: { type: 'string' } });
    if (values.source === undefined) throw new CannotLook(`name a clone by --source\n${USAGE}`);
    const tag = `v${schema.version}`;
    const resources: Record<string, string[]> = {};
    for (const name of Object.keys(schema.resources))
      resources[name] = forcedIn(await sourceOf(values.source, tag, name));
    const entries = Object.entries(resources).map(
      ([name, forced]) => `    ${JSON.stringify(name)}: ${JSON.stringify(forced)}`,
    );
    const source = `terraform-provider-openstack/terraform-provider-openstack ${tag}, openstack/resource_openstack_*.go: ForceNew (MPL-2.0)`;
    const text = `{\n  "//": "npm run replacements",\n  "source": ${JSON.stringify(source)},\n  "resources": {\n${entries.join(',\n')}\n  }\n}\n`;
    writeFileSync(join(ROOT, 'policies/reading/schemas/openstack-replacements.json'), text);
    process.stdout.write(
      `policies/reading/schemas/openstack-replacements.json: ${entries.length} resources\n`,
    );
    return 0;
  });
}

import { join } from 'node:path';
import { LocalWorkspace } from '@pulumi/pulumi/automation/index.js';
import { concealed } from '#sites/load/secrets.ts';
import { makeFolder } from '../folder.ts';
import type { Cluster } from './cluster.ts';
import { liveObjects } from './differences.ts';
import { identityOf } from './object.ts';
import { program } from './pulumi-program.ts';
import { objectsOf, type SiteTree } from './site-tree.ts';
import { wavesOf } from './waves.ts';

export interface StackProps {
  tree: SiteTree;
  cluster: Cluster;
  kubeconfig?: string;
  /** Where the state is kept, unless PULUMI_BACKEND_URL names another place. */
  state: string;
  /** Whether what stands in the cluster and is not in the stack becomes part of it. */
  imports: boolean;
}
/** A stack of Pulumi for one site. */
export interface SiteStack {
  preview(): Promise<void>;
  up(): Promise<void>;
}

/** The stack of a site, made where it is not there yet; `requirePulumi` looked for the command line that drives it. */
export async function siteStack({
  tree,
  cluster,
  kubeconfig,
  state,
  imports,
}: StackProps): Promise<SiteStack> {
  const folder = join(state, 'pulumi');
  makeFolder(folder);
  const objects = objectsOf(tree);
  const stands = imports
    ? new Set((await liveObjects(cluster, objects.map(identityOf))).keys())
    : new Set<string>();
  const known = new Set<string>();
  const stack = await LocalWorkspace.createOrSelectStack(
    {
      projectName: 'fredu',
      stackName: tree.site,
      program: async () =>
        program({
          site: tree.site,
          waves: wavesOf(objects),
          ...(kubeconfig ? { kubeconfig } : {}),
          context: cluster.context,
          imported: new Set([...stands].filter((key) => !known.has(key))),
        }),
    },
    {
      envVars: {
        PULUMI_BACKEND_URL: process.env.PULUMI_BACKEND_URL ?? `file://${folder}`,
        // The state holds no secret: what the tree says is in git.
        PULUMI_CONFIG_PASSPHRASE: process.env.PULUMI_CONFIG_PASSPHRASE ?? '',
      },
    },
  );
  const { deployment } = await stack.exportStack();
  for (const { urn } of deployment?.resources ?? []) known.add(String(urn).split('::').at(-1)!);
  const onOutput = (text: string) => process.stdout.write(concealed(text));
  return {
    async preview() {
      await stack.preview({ diff: true, onOutput });
    },
    async up() {
      await stack.up({ onOutput });
    },
  };
}

import { createHash } from 'node:crypto';
import type { Procedure } from '#sites/schema/procedure.ts';
import type { Answer } from '../../procedure/carry-out.ts';
import type { SiteTree } from '../site-tree.ts';

/** The parts of a deployment, the first first: each stands on the ones before. */
export const LAYERS = ['openstack', 'hosts', 'kubespray', 'kubernetes'] as const;
export type LayerName = (typeof LAYERS)[number];

/** What one layer of a site would change, and how that is carried out. */
export interface Planned {
  /** For a person; nothing secret. */
  text: string;
  /** The same for a program. */
  data: object;
  isClean: boolean;
  /** Why nothing may begin, as far as one can see before. */
  refused?: string;
  /** What is lost for good, by name. */
  lost: string[];
  /** What stops serving meanwhile, by name. */
  cut: string[];
  /** Follows from the tree alone, so that a run that was cut goes on with the same steps. */
  procedure: Procedure;
  /** The steps that change something; @default all */
  needed?: (step: string) => boolean;
  /** Answers a command of the procedure. */
  run(words: readonly string[], how: { timeoutSeconds: number; signal: AbortSignal }): Promise<Answer>;
}

/** What a layer is planned with. */
export interface LayerProps {
  tree: SiteTree;
  /** The folder that the tree's files stand in, `<folder>/<site>/…`. */
  folder: string;
  /** `.fredu`: logs and the work folder of OpenTofu. */
  state: string;
  /** Whether nothing will be carried out after it. */
  isPreviewOnly: boolean;
  /** Of `--only LAYER/STEP`. */
  steps?: readonly string[];
  say(line: string): void;
}

/** Of the files of a tree that a layer, a host or a program is brought to: another one is another deployment. */
export function digestOf({ files }: Pick<SiteTree, 'files'>, isOfIt: (path: string) => boolean): string {
  const hash = createHash('sha256');
  for (const [path, text] of files) if (isOfIt(path)) hash.update(`${path}\0${text}\0`);
  return hash.digest('hex');
}

const PRESENT: Record<LayerName, RegExp> = {
  openstack: /^[^/]+\/openstack\/cdk\.tf\.json$/,
  hosts: /^[^/]+\/inventory\/hosts\/playbook\.yaml$/,
  kubespray: /^[^/]+\/inventory\/kubespray\/hosts\.yaml$/,
  kubernetes: /^[^/]+\/kubernetes\//,
};

/** The layers that a site has: a rented database host has neither an OpenStack nor a cluster. */
export const layersOf = ({ files }: Pick<SiteTree, 'files'>): LayerName[] =>
  LAYERS.filter((layer) => [...files.keys()].some((path) => PRESENT[layer].test(path)));

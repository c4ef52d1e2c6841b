import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { concealed } from '#sites/load/secrets.ts';
import { lock } from '../../lock.ts';
import { CannotLook } from '../../main.ts';
import { carryOut, type Result } from '../../procedure/carry-out.ts';
import { chosen } from '../../procedure/chosen.ts';
import { Journal } from '../../procedure/journal.ts';
import { terminal } from '../../procedure/terminal.ts';
import { withHostFiles, withPrivateFolder } from '../../secrets/host-files.ts';
import { DEPLOY, stepsText } from '../plan.ts';
import { agreed, type DeployOptions, deploySite } from '../site-deployment.ts';
import { openedHostFiles } from '../site-secrets.ts';
import { readSiteTree, type SiteTree, Trees } from '../site-tree.ts';
import { type ChosenLayer, chosenLayers } from './chosen-layers.ts';
import { planHosts } from './hosts.ts';
import { planKubespray } from './kubespray.ts';
import { digestOf, LAYERS, type LayerName, type LayerProps, layersOf, type Planned } from './layer.ts';
import { planOpenstack } from './openstack.ts';

export interface LayeredOptions extends DeployOptions {
  kubespray?: string;
  'extra-vars'?: string[];
}

/**
 * Deploys the layers of a site one after the other. Each shows what it would change when its turn comes, for only then there is something
 * to ask; with `--dry-run` all of them do, and one that cannot be asked says why.
 * @returns the exit code: of the first layer that stops
 */
export async function deployLayers(site: string, options: LayeredOptions): Promise<number> {
  const { state, what } = options;
  const isPreviewOnly = options['dry-run'] ?? false;
  // The way back needs no tree here: what it returns to is kept.
  const there = options.back ? [...LAYERS] : layersOf(readSiteTree(options.tree, site));
  const layers = chosenLayers(
    there,
    options.back && !options.from ? { only: ['kubernetes'], ...options } : options,
  );
  const unlock = isPreviewOnly ? () => {} : lock(join(state, 'locks', site), { what });
  try {
    let worst = 0;
    for (const each of layers) {
      if (layers.length > 1 && !options.json) process.stdout.write(`${site}: ${TITLES[each.layer]}\n`);
      try {
        const code = await deployLayer(site, each, options);
        if (code !== 0 && !isPreviewOnly) return code;
        worst = Math.max(worst, code);
      } catch (error) {
        if (!isPreviewOnly || layers.length === 1 || !(error instanceof CannotLook)) throw error;
        if (options.json)
          process.stdout.write(`${JSON.stringify({ layer: each.layer, closed: error.message })}\n`);
        else process.stdout.write(concealed(`not looked at: ${error.message}\n`));
        worst = 2;
      }
      if (layers.length > 1 && !options.json) process.stdout.write('\n');
    }
    return worst;
  } finally {
    unlock();
  }
}

const TITLES: Record<LayerName, string> = {
  openstack: 'OpenStack',
  hosts: 'hosts and edges',
  kubespray: 'the cluster itself',
  kubernetes: 'the waves of the cluster',
};

async function deployLayer(site: string, chosenLayer: ChosenLayer, options: LayeredOptions): Promise<number> {
  const { layer, from, only } = chosenLayer;
  if (layer === 'kubernetes') {
    const { from: _from, only: _only, ...rest } = options;
    return deploySite(site, {
      ...rest,
      ...(from ? { from } : {}),
      ...(only ? { only } : {}),
      isLocked: true,
    });
  }
  return withTree(site, layer, options, async (tree, folder) => {
    const props: LayerProps = {
      tree,
      folder,
      state: options.state,
      isPreviewOnly: options['dry-run'] ?? false,
      ...(only ? { steps: only } : {}),
      say: (line) => process.stderr.write(`${concealed(line)}\n`),
    };
    if (layer === 'openstack') return conductLayer(await planOpenstack(props), props, chosenLayer, options);
    if (layer === 'kubespray') {
      const { kubespray, kubeconfig, context = site } = options;
      const isNamed = options.only !== undefined;
      const planned = await planKubespray(props, {
        isNamed,
        context,
        ...(kubespray ? { kubespray } : {}),
        ...(kubeconfig ? { kubeconfig } : {}),
      });
      return conductLayer(planned, props, chosenLayer, options);
    }
    const opened = await openedHostFiles(site, options);
    if ('closed' in opened)
      process.stderr.write(
        concealed(
          `secrets of hosts: not opened: ${opened.closed}; taken from the folder that docs/hosts.md names\n`,
        ),
      );
    const play = async (secrets?: string) =>
      conductLayer(
        await planHosts(props, { ...(secrets ? { secrets } : {}), extra: options['extra-vars'] ?? [] }),
        props,
        chosenLayer,
        options,
      );
    return 'files' in opened ? withHostFiles(opened.files, play) : play();
  });
}

/** Shows a layer's plan, asks, and carries it out behind its journal. */
async function conductLayer(
  planned: Planned,
  { tree, state }: LayerProps,
  { layer, from, only }: ChosenLayer,
  options: LayeredOptions,
): Promise<number> {
  const { procedure } = planned;
  const journal = new Journal(join(state, 'journal'), tree.site, procedure, {
    anew: options.anew || options.back,
  });
  const steps = chosen(procedure, { ...(from ? { from } : {}), ...(only ? { only } : {}) }).filter(
    ({ id }) => !planned.needed || planned.needed(id) || journal.state(id) !== undefined,
  );
  if (options.json) process.stdout.write(`${JSON.stringify({ layer, ...planned.data })}\n`);
  else process.stdout.write(concealed(planned.text));
  const isDone = planned.isClean && !journal.isBegun;
  if (options['dry-run']) {
    if (!options.json && !isDone)
      process.stdout.write(`In this order\n${stepsText(steps, (id) => journal.state(id))}`);
    return planned.refused ? 1 : 0;
  }
  if (planned.refused) {
    process.stderr.write(concealed(`nothing was done: ${planned.refused}\n`));
    return 1;
  }
  const trees = new Trees(state, tree.site, layer);
  const own = { files: tree.files, digest: digestOf(tree, (path) => ROOMS[layer]?.test(path) ?? false) };
  if (isDone) {
    trees.begin(own, options.back ? 'back' : 'begun');
    trees.done(own);
    return 0;
  }
  if (!(await agreed(planned, options))) return 1;
  trees.begin(own, options.back ? 'back' : 'begun');
  const executor = terminal(options, { [DEPLOY]: (words, how) => planned.run(words, how) });
  const result = await carryOut(procedure, executor, { log: journal, steps });
  if (!result.done) {
    tellStop(result, { site: tree.site, layer, what: options.what, journal: journal.path });
    return 1;
  }
  if (!from && !only) {
    journal.close();
    trees.done(own);
  }
  process.stderr.write(`${layer}: done\n`);
  return 0;
}

function tellStop(
  { step, reason }: Result & { done: false },
  { site, layer, what, journal }: { site: string; layer: LayerName; what: string; journal: string },
): void {
  const lines = [
    `stopped at ${layer}/${step.id}: ${reason}`,
    `  go on:  ${what}`,
    '  go on with a repaired tree:  npm run synth, then the same with --anew',
    `  go back:  npm run deploy -- ${site} --back --only ${layer}`,
    `  what was done:  ${journal}`,
  ];
  process.stderr.write(concealed(`${lines.join('\n')}\n`));
}

/** The rooms of the tree that a layer carries out. */
const ROOMS: Partial<Record<LayerName, RegExp>> = {
  openstack: /^[^/]+\/openstack\//,
  hosts: /^[^/]+\/(hosts|inventory\/hosts|inventory\/ssh_config)(\/|$)/,
  kubespray: /^[^/]+\/inventory\/(kubespray\/|ssh_config$)/,
};

/** The tree that is deployed, and the folder it stands in: the given one, or for `--back` the kept one, laid out for as long as it is used. */
function withTree<Result>(
  site: string,
  layer: LayerName,
  { back, tree, state }: LayeredOptions,
  use: (tree: SiteTree, folder: string) => Promise<Result>,
): Promise<Result> {
  if (!back) return use(readSiteTree(tree, site), tree);
  const before = new Trees(state, site, layer).before();
  return withPrivateFolder((folder) => {
    for (const [path, text] of before.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return use(before, folder);
  });
}

import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { artefacts } from '#charts/artefacts.ts';
import { type Lab, startLab } from '#scripts/lib/lab/netns.ts';
import { lock } from '#scripts/lib/lock.ts';
import { CannotLook } from '#scripts/lib/main.ts';
import type { Model } from '#sites/model.ts';
import { bootLayout } from './boot.ts';
import { applyTree, kubectlOn, NAMESPACES } from './cluster/apply.ts';
import { controlPlaneOf } from './cluster/control-plane.ts';
import { type Filled, fill } from './cluster/courses.ts';
import { REMOVE_GROUPS } from './cluster/groups.ts';
import { dataHost } from './cluster/hosts.ts';
import { clusterVariables } from './cluster/metrics-server.ts';
import { clusterParts } from './cluster/prepare.ts';
import { secrets } from './cluster/secrets.ts';
import { authorities, keysOf } from './keys.ts';
import { layoutOf } from './layout.ts';
import { type ClusterParts, clusterSites, type Size, startedSites } from './parts.ts';
import { startProbes } from './people.ts';
import { playedNames } from './played.ts';
import { machineRefuses, refuseSites } from './refusals.ts';
import { cacheFolder, emptyFolder, type Running, save, type TwinState, toldFile } from './state.ts';

export interface StartProps {
  model: Model;
  /** The folder with the files of the sites, as the person wrote it. */
  sites: string;
  size: Size;
  progress(line: string): void;
}

/** Starts a twin; when it cannot, or Ctrl-C ends it in the middle, nothing of it is left. @throws CannotLook when it cannot */
export async function startTwin({ model, sites, size, progress: told }: StartProps): Promise<Running> {
  const refused = machineRefuses(size);
  if (refused) throw new CannotLook(refused);
  const tree = artefacts(model);
  refuseSites(model, tree, sites);
  const unlock = lock(join(cacheFolder(), 'twin.lock'), { what: 'npm run twin' });
  let lab: Lab | undefined;
  let folder: string | undefined;
  let interrupted: string | undefined;
  const end = async () => {
    await lab?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  };
  // What is being started ends with the lab, and says so below.
  const interrupt = (signal: NodeJS.Signals) => {
    interrupted = signal;
    lab?.stop();
  };
  const goOn = () => {
    if (interrupted) throw new CannotLook(interrupted);
  };
  const progress = (part: string) => {
    goOn();
    told(part);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    folder = emptyFolder();
    const all = await authorities(join(folder, 'keys'));
    const keys = await keysOf(all, playedNames(model));
    const sitesWithClusters = clusterSites(model, size);
    const clusters: Record<string, ClusterParts> = {};
    for (const site of sitesWithClusters)
      clusters[site.code] = await clusterParts({ model, site, sites, folder, authorities: all, progress });
    const layout = layoutOf({
      model,
      tree,
      size,
      keys,
      openFilesMax: openFilesMax(),
      clusters,
      ...(sitesWithClusters.length > 0 ? { told: toldFile(folder) } : {}),
    });
    lab = await startLab(folder, {
      outlives: true,
      after: sitesWithClusters.length > 0 ? REMOVE_GROUPS : '',
    });
    progress('the holder: one process that everything ends with');
    await bootLayout(lab, { folder, layout, model, progress });
    const state: TwinState = {
      size,
      sites: resolve(sites),
      domain: model.domain,
      layout,
      notThere: notThere(model, size),
    };
    const twin: Running = { folder, lab, state };
    let filled: Filled | undefined;
    for (const site of sitesWithClusters) {
      state.kubectl = join(clusters[site.code]!.programs.control, 'kubectl');
      await applyTree(kubectlOn(lab.at(controlPlaneOf(site).name)!, state.kubectl), {
        model,
        site,
        variables: clusterVariables(tree, site),
        secrets: await secrets({ model, site, tree }, all, NAMESPACES),
        progress: (part) => progress(sitesWithClusters.length > 1 ? `${site.code}: ${part}` : part),
        goOn,
      });
    }
    const [first] = sitesWithClusters;
    if (first) {
      filled = await fill(lab.at(dataHost(first, size))!, model.database.name);
      progress('courses to read');
      state.app = filled;
    }
    await startProbes(twin, { model, size, keys, ...(filled ? { filled } : {}) });
    goOn();
    save(folder, state);
    return twin;
  } catch (error) {
    await end();
    if (interrupted)
      throw new CannotLook(`${interrupted} ended the start of the twin; nothing of it is left`);
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
    unlock();
  }
}

/** What a person might look for in vain. */
function notThere(model: Model, size: Size): string[] {
  const own = startedSites(model, size).map(({ code }) => code);
  const others = model.sites.map(({ code }) => code).filter((code) => !own.includes(code));
  return [
    ...(others.length > 0 ? [`the other sites: ${others.join(', ')}`] : []),
    ...(size === 'entry' ? ['the cluster and the app: servers behind the edges are played'] : []),
    'the object store, the database’s other copies, mail',
    'sshd on the hosts (twin -- shell enters them), networkd (its files are read)',
    'challenges of the zone (names of certificates by ACME)',
  ];
}

const openFilesMax = (): number =>
  Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity);

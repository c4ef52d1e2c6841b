import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { RELEASES } from '#constructs/releases.ts';
import { makeFolder } from '../../folder.ts';
import { CannotLook, cannot } from '../../main.ts';
import { find } from '../../programs.ts';
import { Cluster } from '../cluster.ts';
import { DEPLOY } from '../plan.ts';
import { ANSIBLE_ENV, reasonOf } from './ansible-output.ts';
import { digestOf, type LayerProps, type Planned } from './layer.ts';
import { LongRun } from './long-run.ts';

/** A first installation of six machines takes Kubespray most of an hour. */
const KUBESPRAY_SECONDS = 3 * 3600;

/** How a person gets it, for the one line that says that it is missing. */
const HOW_TO_GET = `git clone --branch v${RELEASES.kubespray} https://github.com/kubernetes-sigs/kubespray, and pip install -r requirements.txt in there`;

/**
 * Plans the cluster of a site by Kubespray, which is run where the cluster does not answer, or where another inventory was handed over
 * from here before; a cluster of another release is an upgrade, and refused.
 * @param kubespray the folder with Kubespray; @default the variable FREDU_KUBESPRAY
 * @param isNamed whether a person chose the layer by name: then it is run in any case
 * @throws CannotLook without Kubespray at its release, where it would have to run
 */
export async function planKubespray(
  props: LayerProps,
  {
    kubespray = process.env.FREDU_KUBESPRAY,
    isNamed,
    ...way
  }: { kubespray?: string; kubeconfig?: string; context: string; isNamed: boolean },
): Promise<Planned> {
  const { tree, folder, state, say } = props;
  const work = new LongRun(state, `${tree.site}-kubespray`, say);
  await work.settled(KUBESPRAY_SECONDS);
  const digest = digestOf(tree, (path) => path.startsWith(`${tree.site}/inventory/kubespray/`));
  const file = join(state, 'kubespray', tree.site);
  const before = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  const version = await versionOf(way);
  const why = reasonToRun({ version, isOther: before !== undefined && before !== digest, isNamed });
  const base = { lost: [], cut: [], procedure: kubesprayProcedure(tree.site, digest) };
  const stands = version === undefined ? '' : `the cluster runs Kubernetes ${version}`;
  if (!why) {
    const unknown =
      before === undefined ? '; its inventory was never handed over from here: --only kubespray does' : '';
    return {
      ...base,
      text: `${stands}${unknown}\n`,
      data: { version },
      isClean: true,
      run: async () => ({ code: 0, stdout: '', stderr: '' }),
    };
  }
  if (version !== undefined && version !== RELEASES.kubernetes)
    throw new CannotLook(
      `${stands}, and the tree is written for ${RELEASES.kubernetes}: that is an upgrade and no deployment: npm run upgrade -- kubernetes`,
    );
  const at = checkedKubespray(kubespray);
  return {
    ...base,
    text: `Kubespray ${RELEASES.kubespray} is run from ${at}: ${why}\n`,
    data: { version, runs: why },
    isClean: false,
    async run(_, { timeoutSeconds, signal }) {
      const inventory = resolve(folder, tree.site, 'inventory/kubespray/hosts.yaml');
      const command = ['ansible-playbook', `--inventory=${inventory}`, '--become', 'cluster.yml'] as const;
      say(`what Kubespray says is in ${work.log}`);
      const done = await work.run(command, { timeoutSeconds, signal, cwd: at, env: ANSIBLE_ENV });
      if (done.code !== 0) return { ...done, stderr: `${reasonOf(done)} (${work.log})` };
      try {
        makeFolder(join(state, 'kubespray'));
        writeFileSync(file, `${digest}\n`);
      } catch (error) {
        throw cannot('write', file, error);
      }
      return done;
    },
  };
}

function reasonToRun({
  version,
  isOther,
  isNamed,
}: {
  version: string | undefined;
  isOther: boolean;
  isNamed: boolean;
}): string | undefined {
  if (version === undefined) return 'no cluster answers';
  if (isOther) return 'its inventory is another one than that of the last run';
  return isNamed ? 'it was asked for' : undefined;
}

/** The release of the cluster that answers, if one does. */
async function versionOf(way: { kubeconfig?: string; context: string }): Promise<string | undefined> {
  let cluster: Cluster | undefined;
  try {
    cluster = await Cluster.open(way);
    const { status, body } = await cluster.ask('GET', '/version');
    return status === 200 ? String(body.gitVersion).replace(/^v/, '') : undefined;
  } catch (error) {
    if (error instanceof CannotLook) return undefined;
    throw error;
  } finally {
    cluster?.close();
  }
}

/** Where Kubespray is. @throws CannotLook where it is not, or of another release, or where Ansible is missing */
export function checkedKubespray(folder: string | undefined): string {
  const wanted = `Kubespray ${RELEASES.kubespray} is needed: ${HOW_TO_GET}`;
  if (!folder) throw new CannotLook(`${wanted}; then --kubespray FOLDER, or FREDU_KUBESPRAY`);
  const at = resolve(folder);
  if (!existsSync(join(at, 'cluster.yml'))) throw new CannotLook(`${at} has no cluster.yml; ${wanted}`);
  const galaxy = join(at, 'galaxy.yml');
  const is = existsSync(galaxy)
    ? String(parse(readFileSync(galaxy, 'utf8'))?.version)
    : 'of no known release';
  if (is !== RELEASES.kubespray)
    throw new CannotLook(`${at} is Kubespray ${is}; git -C ${at} checkout v${RELEASES.kubespray}`);
  if (!find('ansible-playbook'))
    throw new CannotLook(
      `ansible-playbook is not on the PATH; ${at}/requirements.txt names its version: pip install -r`,
    );
  return at;
}

const kubesprayProcedure = (site: string, digest: string): Planned['procedure'] => ({
  id: 'kubespray',
  title: `Install the cluster of ${site}`,
  when: 'Once, and again after a change of its inventory.',
  places: { [DEPLOY]: { site, prefix: [DEPLOY] } },
  steps: [
    {
      id: 'cluster',
      title: `Run Kubespray ${RELEASES.kubespray}`,
      why: 'the objects of the tree need a cluster',
      do: { in: DEPLOY, command: ['kubespray', digest.slice(0, 12)] },
      until: [],
      timeoutSeconds: KUBESPRAY_SECONDS,
      undo: {
        why: "Kubespray's reset.yml takes a cluster away with all that it holds; nothing here does.",
        do: [],
      },
    },
  ],
});

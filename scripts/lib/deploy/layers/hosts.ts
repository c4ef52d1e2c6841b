import { join } from 'node:path';
import { parse } from 'yaml';
import type { Step } from '#sites/schema/procedure.ts';
import { CannotLook } from '../../main.ts';
import type { Command } from '../../run.ts';
import { playbookOf } from '../../secrets/put.ts';
import { DEPLOY } from '../plan.ts';
import type { SiteTree } from '../site-tree.ts';
import { ANSIBLE_ENV, type Played, played, reasonOf } from './ansible-output.ts';
import { digestOf, type LayerProps, type Planned } from './layer.ts';
import { LongRun } from './long-run.ts';

/** A host with all that it waits for: updates, a database that drains, its gate. */
const HOST_SECONDS = 3600;
const CHECK_SECONDS = 1800;

/**
 * Plans the hosts and edges of a site by its playbook: check mode says what would change; then one host after the other, each behind
 * the playbook's own gate before the next.
 * @param secrets the folder with `<host>/<path>`; none: the playbook's own default
 * @param extra variables as a person gives them to Ansible, such as `gate=false`
 * @throws CannotLook without Ansible, or for a host that the inventory does not have
 */
export async function planHosts(
  props: LayerProps,
  { secrets, extra = [] }: { secrets?: string; extra?: readonly string[] },
): Promise<Planned> {
  const { tree, folder, state, say } = props;
  const playbook = playbookOf(join(folder, tree.site));
  const work = new LongRun(state, `${tree.site}-hosts`, say);
  await work.settled(HOST_SECONDS);
  const procedure = hostsProcedure(tree);
  const command = (hosts: readonly string[], ...more: string[]): Command => [
    'ansible-playbook',
    `--inventory=${join(playbook, 'inventory.yaml')}`,
    join(playbook, 'playbook.yaml'),
    `--limit=${hosts.join(',')}`,
    ...(secrets ? [`--extra-vars=secrets=${secrets}/{{ inventory_hostname }}`] : []),
    ...extra.map((each) => `--extra-vars=${each}`),
    ...more,
  ];
  const all = procedure.steps.map(({ id }) => id);
  for (const step of props.steps ?? [])
    if (!all.includes(step))
      throw new CannotLook(`${tree.site} has no host ${step}; there are ${all.join(', ')}`);
  const hosts = props.steps ?? all;
  const checked = await work.run(command(hosts, '--check', '--diff'), {
    timeoutSeconds: CHECK_SECONDS,
    env: ANSIBLE_ENV,
  });
  const said = played(checked.stdout);
  if (said.hosts.size === 0) throw new CannotLook(`the playbook of ${tree.site}: ${reasonOf(checked)}`);
  return {
    text: checkText(said, hosts),
    data: { hosts: Object.fromEntries(said.hosts), tasks: said.tasks },
    isClean: checked.code === 0 && [...said.hosts.values()].every(({ changed }) => changed === 0),
    ...refusalOf(said, tree.site),
    lost: [],
    cut: [],
    procedure,
    needed: (host) => {
      const counts = said.hosts.get(host);
      return !counts || counts.changed + counts.failed + counts.unreachable > 0;
    },
    async run([, host = ''], { timeoutSeconds, signal }) {
      const done = await work.run(command([host], '--diff'), { timeoutSeconds, signal, env: ANSIBLE_ENV });
      return done.code === 0 ? done : { ...done, stderr: `${reasonOf(done)} (${work.log})` };
    },
  };
}

/** A run would stop there as well, with the hosts before it changed and those after it not. */
function refusalOf({ hosts }: Played, site: string): { refused?: string } {
  const [bad] = [...hosts].filter(([, { failed, unreachable }]) => failed + unreachable > 0);
  if (!bad) return {};
  const [host, { unreachable }] = bad;
  const why = unreachable > 0 ? 'does not answer' : 'is not as its playbook needs it';
  return { refused: `${host} ${why}; --only hosts/HOST puts others in order (npm run deploy -- ${site})` };
}

/** What check mode found, host by host, with the lines that differ. */
function checkText({ hosts, tasks }: Played, wanted: readonly string[]): string {
  const lines = wanted.flatMap((host) => {
    const counts = hosts.get(host);
    if (!counts) return [`${host}: not looked at, for one before it failed`];
    if (counts.unreachable > 0) return [`${host}: does not answer`];
    const of = tasks.filter((task) => task.host === host);
    const failed = of.filter(({ how }) => how === 'failed').map(({ name, text }) => `  ! ${name}: ${text}`);
    const changed = of
      .filter(({ how }) => how === 'changed')
      .flatMap(({ name, text }) => [
        `  ~ ${name}`,
        ...text
          .split('\n')
          .filter(Boolean)
          .map((line) => `      ${line}`),
      ]);
    if (changed.length + failed.length === 0) return [`${host}: as the tree says`];
    return [
      `${host}: ${counts.changed} changed${counts.failed > 0 ? `, ${counts.failed} failed` : ''}`,
      ...changed,
      ...failed,
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** A step a host, in the order of the playbook: nodes of a cluster first, then edges one after the other, the bastion last. */
export function hostsProcedure(tree: SiteTree): Planned['procedure'] {
  const { site, files } = tree;
  const read = (name: string) => parse(files.get(`${site}/inventory/hosts/${name}`)!);
  const groups = read('inventory.yaml').all.children as Record<string, { hosts: Record<string, unknown> }>;
  const plays = read('playbook.yaml') as { hosts: string }[];
  const steps = plays.flatMap(({ hosts: group }) =>
    Object.keys(groups[group]?.hosts ?? {}).map(
      (host): Step => ({
        id: host,
        title: `Put ${host} in order (${group.replaceAll('_', ' ')})`,
        why: 'what runs on it reads its files, and the next host relies on it meanwhile',
        do: { in: DEPLOY, command: ['play', host, hostDigest(tree, host, group)] },
        until: [],
        timeoutSeconds: HOST_SECONDS,
        undo: { why: `npm run deploy -- ${site} --back --only hosts returns to the files before.`, do: [] },
      }),
    ),
  );
  return {
    id: 'hosts',
    title: `Bring the hosts of ${site} to what the tree says`,
    when: 'Before the cluster, and again after each change of a file of theirs.',
    places: { [DEPLOY]: { site, prefix: [DEPLOY] } },
    steps,
  };
}

/** Of a host: its own files, and what its playbook does with those of its kind. */
const hostDigest = (tree: SiteTree, host: string, group: string): string =>
  digestOf(
    tree,
    (path) =>
      path.startsWith(`${tree.site}/hosts/${host}/`) ||
      path === `${tree.site}/inventory/hosts/tasks/${group}.yaml`,
  ).slice(0, 12);

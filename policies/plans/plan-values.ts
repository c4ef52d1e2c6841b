import type { Finding, Policy } from '../law.ts';
import { procedureFiles } from '../reading/object-store-tree.ts';
import { amount, type Data } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const planValues: Policy = {
  id: 'plan-values',
  title:
    'what a plan installs is bounded, outlives a drain and brings nothing that nobody uses; what it asks over the network is over TLS and ends',
  why: 'Avoid: an operator without requests, one pod of it, drivers that nobody mounts, a question by plain HTTP or without an end, an undo that writes where the step stopped writing. Prefer: requests and a limit of memory for every part, two pods with a budget, `--max-time` on every curl. Rationale: a plan runs by itself in a bad hour; a question that never ends is a failover that never does.',
  check: (_model, tree) =>
    procedureFiles(tree).flatMap(({ path, plan }) => [
      ...listOf(plan?.steps).flatMap((step: Data) => [
        ...values(path, step),
        ...questions(path, step),
        ...turned(path, step),
      ]),
    ]),
};

const fix = 'make the tree again with `npm run synth`';

/** Values of a chart that a step hands to Helm: whatever runs has its bounds. */
function values(path: string, step: Data): Finding[] {
  const said = typeof step?.do?.input === 'string' ? yamlOf(step.do.input) : undefined;
  if (typeof said !== 'object' || said === null) return [];
  const wrong = (text: string, message: string, mend = fix): Finding => ({
    path,
    text,
    message: `the step ${String(step.id)} ${message}`,
    fix: mend,
  });
  return [...parts('', said)]
    .flatMap(([name, part]) => [
      ...(part.resources === undefined
        ? [
            wrong(
              name || 'resources',
              `installs ${name || 'the operator'} without bounds`,
              'resources: requests of cpu and memory, a limit of memory',
            ),
          ]
        : [
            ['requests', 'cpu'],
            ['requests', 'memory'],
            ['limits', 'memory'],
          ]
            .filter(([kind, what]) => !(amount(part.resources?.[kind!]?.[what!]) > 0))
            .map(([kind, what]) =>
              wrong('resources', `gives ${name || 'the operator'} no ${kind} of ${what}`, `${kind}: ${what}`),
            )),
      ...(amount(part.resources?.requests?.memory) > amount(part.resources?.limits?.memory) ||
      (amount(part.resources?.requests?.cpu) > 0 && amount(part.resources.requests.cpu) < 0.005)
        ? [
            wrong(
              'resources',
              `gives ${name || 'the operator'} ${String(part.resources.requests.cpu)} and ${String(part.resources.requests.memory)}, with a limit of ${String(part.resources.limits?.memory)}`,
              'requests that it needs, and a limit not below them',
            ),
          ]
        : []),
      ...(part.replicaCount === undefined ||
      (part.replicaCount >= 2 &&
        part.podDisruptionBudget?.enabled === true &&
        part.podDisruptionBudget?.maxUnavailable === 1)
        ? []
        : [
            wrong(
              'replicaCount',
              `runs ${String(part.replicaCount)} pods of ${name || 'the operator'} with the budget ${JSON.stringify(part.podDisruptionBudget ?? {})}`,
              'replicaCount: 2, podDisruptionBudget: enabled, maxUnavailable: 1',
            ),
          ]),
      ...(part.networkPolicy !== undefined && part.networkPolicy?.enabled !== true
        ? [
            wrong(
              'networkPolicy',
              `lets ${name || 'the operator'} be reached by anybody`,
              'networkPolicy: enabled: true',
            ),
          ]
        : []),
    ])
    .concat(switches(said).map(([key, value, mend]) => wrong(key, `says ${key} ${String(value)}`, mend)));
}

/** The chart itself, and those of its parts that run pods of their own. */
function parts(name: string, said: Data): [name: string, part: Data][] {
  const own: [string, Data][] =
    said.replicaCount !== undefined || said.resources !== undefined || name === '' ? [[name, said]] : [];
  const inner = ['webhook', 'cainjector'].flatMap((key) =>
    typeof said[key] === 'object' && said[key] !== null ? parts(key, said[key]) : [],
  );
  return [...own, ...inner];
}

/** What a chart brings beside its operator, and what of it the platform has. */
const SWITCHES: [path: string[], value: unknown, mend: string][] = [
  [['crds', 'enabled'], true, 'crds: enabled: true'],
  [['crds', 'keep'], true, 'crds: keep: true, or removing the chart removes every object of its kinds'],
  [['csi', 'enableRbdDriver'], false, 'no pod mounts a block device of Ceph'],
  [['csi', 'enableCephfsDriver'], false, 'no pod mounts a file system of Ceph'],
  [['csi', 'nfs', 'enabled'], false, 'no pod mounts NFS'],
  [['enableDiscoveryDaemon'], false, 'disks are named in the site’s file'],
  [['allowLoopDevices'], false, 'a loop device is no disk'],
  [['monitoring', 'enabled'], false, 'there is no operator of Prometheus'],
  [['currentNamespaceOnly'], true, 'the operator watches its own namespace'],
  [['installCRDs'], true, 'installCRDs: true'],
];
function switches(said: Data): [key: string, value: unknown, mend: string][] {
  return SWITCHES.flatMap(([keys, value, mend]): [string, unknown, string][] => {
    const parent: Data = keys.slice(0, -1).reduce((at: Data, key) => at?.[key], said);
    const key = keys.at(-1)!;
    return parent?.[key] === undefined || parent[key] === value ? [] : [[key, parent[key], mend]];
  });
}

/** What is asked over the network. */
function questions(path: string, step: Data): Finding[] {
  const all: string[][] = [step?.do, ...listOf(step?.until), ...listOf(step?.undo?.do)]
    .filter((each) => Array.isArray(each?.command))
    .map((each) => each.command.map(String));
  return all.flatMap((command) => [
    ...command
      .filter((each) => /\bhttp:\/\/(?!localhost:)/.test(each))
      .map((each) => ({
        path,
        text: each,
        message: `the step ${String(step.id)} asks, or has asked, over plain HTTP: ${each.slice(0, 60)}`,
        fix: each.replace('http://', 'https://'),
      })),
    ...(command[0] === 'curl'
      ? [
          ...(/^([1-9]|[1-5]\d)$/.test(command[command.indexOf('--max-time') + 1] ?? '') &&
          command.includes('--max-time')
            ? []
            : [
                {
                  path,
                  text: 'curl',
                  message: `the step ${String(step.id)} asks by curl for as long as it takes`,
                  fix: '--max-time 5',
                },
              ]),
          ...(command.filter((each) => /^https?:\/\/[a-z0-9.-]+(:\d+)?(\/\S*)?$/.test(each)).length === 1
            ? []
            : [
                {
                  path,
                  text: 'curl',
                  message: `the step ${String(step.id)} asks nobody, or two at once: ${command.join(' ')}`,
                  fix: 'one URL',
                },
              ]),
        ]
      : []),
  ]);
}

/** A step that turns a zone one way turns it the other way when it is undone, and looks whether it did. */
function turned(path: string, step: Data): Finding[] {
  const side = (command: Data): string | undefined =>
    listOf(command?.command)
      .map(String)
      .find((each) => /^--read-only(=\w+)?$/.test(each));
  const done = side(step?.do);
  const undone = listOf(step?.undo?.do).map(side).find(Boolean);
  const isOn = (flag: string): boolean => flag === '--read-only' || flag === '--read-only=true';
  if (done === undefined || undone === undefined) return [];
  return isOn(done) !== isOn(undone)
    ? []
    : [
        {
          path,
          text: undone,
          message: `the step ${String(step.id)} does ${done}, and is undone by ${undone}`,
          fix: isOn(done) ? '--read-only=false' : '--read-only',
        },
      ];
}

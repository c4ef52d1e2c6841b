import { createHash } from 'node:crypto';
import type { Procedure, Step } from '#sites/schema/procedure.ts';
import type { KubernetesObject } from './object.ts';
import { objectsOf, type SiteTree } from './site-tree.ts';
import { CHARTS, type FilledWave, wavesOf } from './waves.ts';

/** The place of a deployment's own commands: the process that carries it out answers them. */
export const DEPLOY = 'deploy';

/**
 * The deployment of a site's tree as a procedure: a step a wave, each done when what it applied is ready. It follows from the tree
 * alone, so that a run that was cut goes on with the same steps.
 */
export function deployment(tree: SiteTree): Procedure {
  const objects = objectsOf(tree);
  const waves = wavesOf(objects).map((wave) => stepOf(wave, tree.site));
  const at = waves.findIndex(({ id }) => id === CHARTS.after) + 1;
  const charts = chartsOf(tree);
  return {
    id: 'deploy',
    title: `Deploy the tree ${tree.digest.slice(0, 12)} to the cluster of ${tree.site}`,
    when: 'Once the cluster runs, and again after each change of the tree.',
    places: { [DEPLOY]: { site: tree.site, prefix: [DEPLOY, tree.site] } },
    steps: [
      ...waves.slice(0, at),
      {
        id: 'secrets',
        title: 'Bring the Secrets of the site',
        why: 'pods that name them do not start without',
        do: { in: DEPLOY, command: ['secrets'] },
        until: [],
        timeoutSeconds: 60,
        undo: { why: 'A Secret that nobody names harms nobody; nothing of it is pruned.', do: [] },
      },
      ...(charts.length > 0 ? [chartStep(charts)] : []),
      ...waves.slice(at),
      {
        id: 'prune',
        title: 'Remove what is no more in the tree',
        why: 'what nobody describes any more goes on running and answering',
        do: { in: DEPLOY, command: ['prune', ofObjects(objects)] },
        until: [{ in: DEPLOY, command: ['pruned'] }],
        timeoutSeconds: 600,
        undo: { why: BACK(tree.site), do: [] },
      },
      {
        id: 'record',
        title: 'Note in the cluster what is deployed there',
        why: 'only what is noted is ever pruned',
        do: { in: DEPLOY, command: ['record', tree.digest] },
        until: [],
        timeoutSeconds: 60,
        undo: { why: 'It only says what is there.', do: [] },
      },
    ],
  };
}

/** The steps of a deployment, a line each: what happens in which order, and how long it may take. */
export function stepsText(steps: readonly Step[], state: (step: string) => string | undefined): string {
  const width = Math.max(...steps.map(({ id }) => id.length));
  return steps
    .map(({ id, title, timeoutSeconds }) => {
      const before = state(id);
      return `  ${id.padEnd(width)}  ${title}; at most ${timeoutSeconds} s${before ? ` (${before} before)` : ''}\n`;
    })
    .join('');
}

const BACK = (site: string) => `npm run deploy -- ${site} --back returns to the tree before.`;

const stepOf = ({ id, title, why, timeoutSeconds, objects }: FilledWave, site: string): Step => ({
  id,
  title: `${title} (${objects.length} objects)`,
  why,
  do: { in: DEPLOY, command: ['apply', id, ofObjects(objects)] },
  until: [
    { in: DEPLOY, command: ['applied', id] },
    { in: DEPLOY, command: ['ready', id] },
  ],
  timeoutSeconds,
  undo: { why: BACK(site), do: [] },
});

/** Procedures of the tree that install a chart, and with it the definitions of kinds. */
const chartsOf = ({ files, site }: SiteTree): string[] =>
  ['cert-manager', 'rook-operator']
    .map((name) => `${site}/plans/${name}.yaml`)
    .filter((path) => files.has(path));

const chartStep = (charts: string[]): Step => ({
  id: CHARTS.id,
  title: 'Install the charts whose definitions are missing',
  why: 'the next waves have objects of kinds that they define',
  do: { in: DEPLOY, command: ['install', ...charts] },
  until: [{ in: DEPLOY, command: ['served'] }],
  timeoutSeconds: 1800,
  undo: { why: 'The procedures of the charts have their own ways back.', do: [] },
});

const ofObjects = (objects: readonly KubernetesObject[]): string =>
  createHash('sha256').update(JSON.stringify(objects)).digest('hex').slice(0, 12);

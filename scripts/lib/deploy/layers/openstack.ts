import { createHash } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../folder.ts';
import { CannotLook, cannot } from '../../main.ts';
import { find } from '../../programs.ts';
import { type Outcome, run } from '../../run.ts';
import { DEPLOY } from '../plan.ts';
import type { LayerProps, Planned } from './layer.ts';
import { LongRun } from './long-run.ts';
import { changesText, lossesOf, resourceChanges } from './openstack-changes.ts';

/** `tofu plan -detailed-exitcode`: nothing to change, and something. */
const UNCHANGED = 0;
const CHANGED = 2;
const PLAN = 'plan';
const PLAN_SECONDS = 600;
/** Balancers of Octavia take minutes each, and a few are made after one another. */
const APPLY_SECONDS = 3600;
/** A run that was killed may have left an `apply` that still works, and holds the state meanwhile. */
const LOCK = '-lock-timeout=600s';

/**
 * Plans the OpenStack of a site by OpenTofu, or Terraform where that is what there is. It works in `.fredu/openstack/<site>`, so that
 * nothing of it lands in the tree; whoever has the state elsewhere the first day puts `backend_override.tf.json` there.
 * @throws CannotLook without the program, or where it refuses the stack, the cloud or the state
 */
export async function planOpenstack(props: LayerProps): Promise<Planned> {
  const { tree, state, isPreviewOnly, say } = props;
  const program = find('tofu') ?? find('terraform');
  if (!program)
    throw new CannotLook(
      'tofu is not on the PATH; OpenTofu 1.10 or newer is needed (https://opentofu.org/docs/intro/install), or Terraform of the same release',
    );
  const text = tree.files.get(`${tree.site}/openstack/cdk.tf.json`)!;
  const folder = join(state, 'openstack', tree.site);
  const work = new LongRun(state, `${tree.site}-openstack`, say);
  await work.settled(APPLY_SECONDS);
  laid(folder, text);
  const tofu = (...words: string[]) =>
    run([program, ...words, '-no-color'], { cwd: folder, env: ENV, timeoutSeconds: PLAN_SECONDS });
  const must = (what: string, outcome: Outcome) => {
    if (outcome.code !== 0) throw new CannotLook(`${what} of ${tree.site}: ${errorOf(outcome)}`);
    return outcome.stdout;
  };
  must('tofu init', await tofu('init', '-input=false'));
  const planned = await tofu(
    ...['plan', '-input=false', '-detailed-exitcode', `-out=${PLAN}`],
    ...(isPreviewOnly ? ['-lock=false'] : [LOCK]),
  );
  if (planned.code !== CHANGED) must('tofu plan', planned);
  const changes = resourceChanges(must('tofu show', await tofu('show', '-json', PLAN)));
  return {
    text: changesText(changes),
    data: { changes },
    isClean: planned.code === UNCHANGED,
    ...lossesOf(changes),
    procedure: openstackProcedure(tree.site, text),
    async run([verb], { timeoutSeconds, signal }) {
      if (verb === 'keep-state') {
        const pulled = await tofu('state', 'pull');
        if (pulled.code === 0) writeFileSync(join(folder, 'before.tfstate'), pulled.stdout, { mode: 0o600 });
        return { ...pulled, stdout: '' };
      }
      if (verb === 'apply') {
        const apply = [program, 'apply', '-input=false', '-no-color', LOCK, PLAN] as const;
        const done = await work.run(apply, { timeoutSeconds, signal, cwd: folder, env: ENV });
        return done.code === 0 ? done : { ...done, stderr: `${errorOf(done)} (${work.log})` };
      }
      const { code, ...said } = await tofu(...['plan', '-input=false', '-detailed-exitcode', LOCK]);
      const reason =
        code === CHANGED ? 'a plan after it still changes something' : errorOf({ code, ...said });
      return { code, stdout: '', stderr: code === 0 ? '' : reason, isHopeless: true };
    },
  };
}

const ENV = { TF_IN_AUTOMATION: '1', TF_INPUT: '0' };

function laid(folder: string, text: string): void {
  try {
    makeFolder(folder);
    writeFileSync(join(folder, 'cdk.tf.json'), text);
    if (existsSync(join(folder, PLAN))) rmSync(join(folder, PLAN)); // of an earlier run: applied, or stale
  } catch (error) {
    throw cannot('write', folder, error);
  }
}

/** The first error in what OpenTofu says, without its frame. */
function errorOf({ stdout, stderr }: Outcome): string {
  const said = `${stderr}\n${stdout}`.replaceAll(/^[│╷╵ ]+/gm, '');
  const [, error, rest = ''] = /^Error: (.*)\n([\s\S]*)/m.exec(said) ?? [];
  if (error === undefined) return said.trim().split('\n').at(-1) ?? '';
  const detail = rest.split('\n').find((line) => line.trim() !== '' && !/^(on |with |\d+:)/.test(line));
  return detail ? `${error}: ${detail.trim()}` : error;
}

function openstackProcedure(site: string, stack: string): Planned['procedure'] {
  const digest = createHash('sha256').update(stack).digest('hex').slice(0, 12);
  const back = `npm run deploy -- ${site} --back --only openstack returns to the stack before.`;
  return {
    id: 'openstack',
    title: `Make the OpenStack of ${site} what its stack says`,
    when: 'Before the hosts, and again after each change of the stack.',
    places: { [DEPLOY]: { site, prefix: [DEPLOY] } },
    steps: [
      {
        id: 'keep-state',
        title: 'Keep a copy of the state',
        why: 'a state that an apply damages is taken back from it',
        do: { in: DEPLOY, command: ['keep-state'] },
        until: [],
        timeoutSeconds: PLAN_SECONDS,
        undo: { why: 'It is a copy.', do: [] },
      },
      {
        id: 'apply',
        title: 'Apply the plan that was shown',
        why: 'hosts, networks and balancers stand before anything is put onto them',
        do: { in: DEPLOY, command: ['apply', digest] },
        until: [{ in: DEPLOY, command: ['settled'] }],
        timeoutSeconds: APPLY_SECONDS,
        undo: { why: back, do: [] },
      },
    ],
  };
}

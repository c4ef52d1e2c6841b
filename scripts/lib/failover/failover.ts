import { FAILOVERS, type Failover, failoverPlans } from '#constructs/plans/failover.ts';
import { nearest } from '#sites/load/near.ts';
import type { Model, Site } from '#sites/model.ts';
import { hasObjects, type ObjectsSite } from '#sites/site-kinds.ts';
import { CannotLook, options } from '../main.ts';
import type { Executor } from '../procedure/carry-out.ts';
import { CONDUCTED, conduct } from '../procedure/conduct.ts';
import { terminal } from '../procedure/terminal.ts';
import { loadModel, SITES } from '../sites.ts';
import { answering, splitBrain } from './answering.ts';
import { type Loss, lossAt } from './loss.ts';

const OPTIONS = {
  ...CONDUCTED,
  ...SITES,
  lost: { type: 'string' },
  return: { type: 'string' },
  handover: { type: 'string' },
  accept: { type: 'string' },
  force: { type: 'boolean' },
} as const;

export interface FailoverProps {
  /** @default those of the process */
  args?: readonly string[];
  /** @default real programs */
  executor?: () => Executor;
}

/**
 * Goes on without a site, takes it back, or gives it the roles of another, by the plans of the tree.
 * @returns the exit code @throws CannotLook for a site or a wish that is none
 */
export async function failover(usage: string, { args, executor }: FailoverProps = {}): Promise<number> {
  const { values } = options(usage, OPTIONS, args && { args });
  const asked = FAILOVERS.filter((each) => values[each] !== undefined);
  const [what] = asked;
  if (what === undefined || asked.length > 1)
    throw new CannotLook(`say one of --lost, --return and --handover, and a site\n${usage}`);
  if (values.accept !== undefined && !/^(\d+|unknown)$/.test(values.accept))
    throw new CannotLook(`--accept ${values.accept}: say the seconds that may be lost, or unknown`);
  const model = loadModel(values.sites, { json: values.json });
  if (!model) return 1;
  const site = siteCalled(model, values[what]!);
  const procedure = failoverPlans(model, site).find(({ id }) => id === `failover-${what}`);
  if (!procedure) throw new CannotLook(whyNot(model, site, what));
  const by = executor ?? once(() => terminal(values));
  const plain = values['dry-run'] || values.undo || values.from !== undefined || values.only !== undefined;
  if (what === 'lost' && !plain) {
    const refused = await refusal(model, site, { ...values, by: by() });
    for (const line of refused) process.stderr.write(`refused: ${line}\n`);
    if (refused.length > 0) {
      process.stderr.write('nothing was done\n');
      return 1;
    }
  }
  return conduct(procedure, {
    site: site.code,
    what: `npm run failover -- --${what} ${site.code}`,
    values,
    away: what === 'handover' ? [] : [site.code],
    executor: by,
  });
}

/** What speaks against going on without a site, a line each. */
async function refusal(
  { objects }: Model,
  site: ObjectsSite,
  { force, accept, by }: { force?: boolean; accept?: string; by: Executor },
): Promise<string[]> {
  const { primary, secondaries } = objects!;
  const answers = await answering(site, by);
  const still = answers && !force ? [`${answers}\n${splitBrain(site, primary)}`] : [];
  if (answers && force) process.stderr.write(`forced: ${answers}\n${splitBrain(site, primary)}\n`);
  if (site !== primary) return still;
  const loss = await lossAt(secondaries[0]!, site, by);
  process.stderr.write(`${loss.words}\n`);
  return [
    ...still,
    ...(isAccepted(loss, accept) ? [] : [`--accept ${loss.seconds ?? 'unknown'} takes that loss`]),
  ];
}
const isAccepted = ({ seconds }: Loss, accept: string | undefined): boolean =>
  accept !== undefined && (accept === 'unknown' || (seconds !== undefined && seconds <= Number(accept)));

/** @throws CannotLook for a site that is not there, or that has nothing to hand over */
function siteCalled({ sites }: Model, name: string): ObjectsSite {
  const site = sites.find(({ code }) => code === name);
  const codes = sites.filter(hasObjects).map(({ code }) => code);
  if (!site) {
    const near = nearest(name, codes);
    throw new CannotLook(
      `there is no site ${name}; ${near ? `did you mean ${near}?` : `there are ${codes.join(', ')}`}`,
    );
  }
  if (!hasObjects(site))
    throw new CannotLook(
      `${name} has no object store and no role to hand over; its nodes of the database are replaced by the others by themselves`,
    );
  return site;
}

function whyNot({ objects }: Model, site: Site, what: Failover): string {
  const { primary, secondaries } = objects!;
  if (site !== primary || secondaries.length === 0) return `there is no other site with an object store`;
  return what === 'handover'
    ? `${site.code} takes the writes already, as platform.yaml says`
    : `platform.yaml says that ${site.code} takes the writes; where another took them meanwhile, set objects.primary first (the last step of --lost), where none did it just starts again`;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

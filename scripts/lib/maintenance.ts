import { artefacts } from '#charts/artefacts.ts';
import { drainProcedure, undrainProcedure } from '#constructs/plans/maintenance.ts';
import { drainSiteProcedure, undrainSiteProcedure } from '#constructs/plans/site-maintenance.ts';
import { type Broken, brokenBy, casesOf, stopsOf } from '#policies/whatif/promised.ts';
import { type Analysis, analysisOf } from '#policies/whatif/states.ts';
import { worldOf } from '#policies/whatif/world.ts';
import { nearest } from '#sites/load/near.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { CannotLook, options } from './main.ts';
import { CONDUCTED, conduct } from './procedure/conduct.ts';
import { loadModel, SITES } from './sites.ts';

const OPTIONS = {
  ...CONDUCTED,
  ...SITES,
  tree: { type: 'string', default: 'dist' },
  accept: { type: 'string', multiple: true },
} as const;

/**
 * Takes a host, all hosts of a machine, or a whole site out for maintenance, or back.
 * @param args @default those of the process
 * @returns the exit code @throws CannotLook for a name that is none
 */
export async function maintain(
  verb: 'drain' | 'undrain',
  usage: string,
  args?: readonly string[],
): Promise<number> {
  const { values, positionals } = options(usage, OPTIONS, { words: true, ...(args && { args }) });
  const [name, ...others] = positionals;
  if (name === undefined || others.length > 0)
    throw new CannotLook(`name one host, machine or site\n${usage}`);
  const model = loadModel(values.sites, { json: values.json });
  if (!model) return 1;
  const whole = siteCalled(model, name, verb);
  const hosts = whole?.hosts ?? hostsCalled(model, name);
  const props = { model, hosts, name, tree: values.tree };
  const conducted = (procedure: ReturnType<typeof drainProcedure>) =>
    conduct(procedure, { site: hosts[0]!.site, what: `npm run ${verb} -- ${name}`, values });
  if (verb === 'undrain')
    return conducted(whole ? undrainSiteProcedure({ ...props, site: whole }) : undrainProcedure(props));
  const procedure = whole ? drainSiteProcedure({ ...props, site: whole }) : drainProcedure(props);
  const risks = values.undo ? [] : whole ? byPromise(risksOf(model, whole)) : risksOf(model, { hosts });
  const accepted = new Set(values.accept);
  for (const id of accepted)
    if (!risks.some((each) => each.id === id))
      throw new CannotLook(
        `--accept ${id}: ${risks.length > 0 ? `the losses to accept are ${risks.map((each) => each.id).join(', ')}` : 'there is no loss to accept'}`,
      );
  const open = risks.filter(({ id }) => !accepted.has(id));
  for (const { id, words } of risks)
    process.stderr.write(`${accepted.has(id) ? 'accepted' : 'refused'}: ${words}\n`);
  if (open.length === 0) return conducted(procedure);
  if (!values['dry-run']) {
    process.stderr.write(
      `nothing was done; --accept ${open.map(({ id }) => id).join(' --accept ')} takes the risk while it lasts\n`,
    );
    return 1;
  }
  await conducted(procedure);
  return 1;
}

/** Nothing for a name that is no site's. @throws CannotLook for the site that takes the writes: its role goes first */
function siteCalled({ sites, objects }: Model, name: string, verb: 'drain' | 'undrain'): Site | undefined {
  const site = sites.find(({ code }) => code === name);
  const [heir] = objects?.secondaries ?? [];
  if (verb === 'drain' && site && site === objects?.primary && heir)
    throw new CannotLook(
      `${name} takes the writes of the object store; first npm run failover -- --handover ${heir.code}`,
    );
  return site;
}

/** @throws CannotLook for a name that is neither a host's nor a machine's */
function hostsCalled({ sites }: Model, name: string): Host[] {
  const all = sites.flatMap((site) => site.hosts);
  const found = all.filter((host) => host.name === name || host.fqdn === name);
  if (found.length > 0) return found;
  const carried = all.filter(({ machine }) => machine === name);
  if (carried.length > 0) return carried;
  const codes = sites.map(({ code }) => code);
  const names = [...new Set([...all.flatMap((host) => [host.name, host.machine]), ...codes])];
  const near = nearest(name, names);
  throw new CannotLook(
    `there is no host, machine or site ${name}; ${near ? `did you mean ${near}?` : `there are ${names.join(', ')}`}`,
  );
}

/** A loss that breaks a promise while hosts are out, by its name in \`npm run whatif\`. */
interface Risk {
  id: string;
  /** What outlives such a loss elsewhere; absent where something stops without any loss. */
  promise?: string;
  words: string;
}

/** What stops while the hosts are out, and what a second loss would stop that the platform promises to outlive. */
function risksOf(
  model: Model,
  { hosts, code = names(hosts) }: { hosts: readonly Host[]; code?: string },
): Risk[] {
  const are = hosts.length > 1 && code.includes(',') ? 'are' : 'is';
  const analysis = analysisOf(worldOf(model, artefacts(model)));
  const out = hosts.flatMap(({ name }) => analysis.maintenance.filter(({ id }) => id === `drain:${name}`));
  const already = brokenBy(analysis, out);
  if (already) return [{ id: 'now', words: `without ${code} ${stopsOf(already)} stop` }];
  return model.survives.flatMap((promise) =>
    casesOf(analysis, promise)
      .filter((lost) => !lost.some((part) => isOut(part.id, hosts)))
      .flatMap((lost) => brokenWith(analysis, out, lost))
      .map(
        (broken): Risk => ({
          id: broken.lost,
          promise,
          words: `while ${code} ${are} out, losing ${broken.lost} stops ${stopsOf(broken)}, and ${promise} is promised`,
        }),
      ),
  );
}

/** Nobody weighs the loss of each host one by one while a whole site is out: one risk a promise, with the first of its losses in words. */
function byPromise(risks: readonly Risk[]): Risk[] {
  const promises = [...new Set(risks.map(({ promise }) => promise))];
  return promises.flatMap((promise): Risk[] => {
    const [first, ...others] = risks.filter((risk) => risk.promise === promise);
    if (!first || promise === undefined) return first ? [first] : [];
    const also = others.length > 0 ? `; so does losing ${others.map(({ id }) => id).join(', ')}` : '';
    return [{ id: promise, promise, words: `${first.words}${also}` }];
  });
}

function brokenWith(
  analysis: Analysis,
  out: Analysis['maintenance'],
  lost: readonly Analysis['failures'][number][],
): (Broken & { lost: string })[] {
  const broken = brokenBy(analysis, [...out, ...lost]);
  return broken ? [{ ...broken, lost: lost.map(({ id }) => id).join('+') }] : [];
}

const isOut = (id: string, hosts: readonly Host[]): boolean =>
  hosts.some(({ name, machine }) => id === name || id === machine);
const names = (hosts: readonly Host[]): string => hosts.map(({ name }) => name).join(', ');

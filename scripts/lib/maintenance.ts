import { artefacts } from '#charts/artefacts.ts';
import { drainProcedure, undrainProcedure } from '#constructs/plans/maintenance.ts';
import { type Broken, brokenBy, casesOf, stopsOf } from '#policies/whatif/promised.ts';
import { type Analysis, analysisOf } from '#policies/whatif/states.ts';
import { worldOf } from '#policies/whatif/world.ts';
import { nearest } from '#sites/load/near.ts';
import type { Host, Model } from '#sites/model.ts';
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
 * Takes a host, or all hosts of a machine, out for maintenance, or back.
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
  if (name === undefined || others.length > 0) throw new CannotLook(`name one host or machine\n${usage}`);
  const model = loadModel(values.sites, { json: values.json });
  if (!model) return 1;
  const hosts = hostsCalled(model, name);
  const props = { model, hosts, name, tree: values.tree };
  const conducted = (procedure: ReturnType<typeof drainProcedure>) =>
    conduct(procedure, { site: hosts[0]!.site, what: `npm run ${verb} -- ${name}`, values });
  if (verb === 'undrain') return conducted(undrainProcedure(props));
  const risks = values.undo ? [] : risksOf(model, hosts);
  const accepted = new Set(values.accept);
  for (const id of accepted)
    if (!risks.some((each) => each.id === id))
      throw new CannotLook(
        `--accept ${id}: ${risks.length > 0 ? `the losses to accept are ${risks.map((each) => each.id).join(', ')}` : 'there is no loss to accept'}`,
      );
  const open = risks.filter(({ id }) => !accepted.has(id));
  for (const { id, words } of risks)
    process.stderr.write(`${accepted.has(id) ? 'accepted' : 'refused'}: ${words}\n`);
  if (open.length === 0) return conducted(drainProcedure(props));
  if (!values['dry-run']) {
    process.stderr.write(
      `nothing was done; --accept ${open.map(({ id }) => id).join(' --accept ')} takes the risk while it lasts\n`,
    );
    return 1;
  }
  await conducted(drainProcedure(props));
  return 1;
}

/** @throws CannotLook for a name that is neither a host's nor a machine's */
function hostsCalled({ sites }: Model, name: string): Host[] {
  const all = sites.flatMap((site) => site.hosts);
  const found = all.filter((host) => host.name === name || host.fqdn === name);
  if (found.length > 0) return found;
  const carried = all.filter(({ machine }) => machine === name);
  if (carried.length > 0) return carried;
  if (sites.some(({ code }) => code === name))
    throw new CannotLook(
      `${name} is a site; hand its roles over by dist/<site>/plans/object-store-handover.yaml, then drain its hosts one by one`,
    );
  const names = [...new Set(all.flatMap((host) => [host.name, host.machine]))];
  const near = nearest(name, names);
  throw new CannotLook(
    `there is no host or machine ${name}; ${near ? `did you mean ${near}?` : `there are ${names.join(', ')}`}`,
  );
}

/** A loss that breaks a promise while hosts are out, by its name in \`npm run whatif\`. */
interface Risk {
  id: string;
  words: string;
}

/** What stops while the hosts are out, and what a second loss would stop that the platform promises to outlive. */
function risksOf(model: Model, hosts: readonly Host[]): Risk[] {
  const analysis = analysisOf(worldOf(model, artefacts(model)));
  const out = hosts.flatMap(({ name }) => analysis.maintenance.filter(({ id }) => id === `drain:${name}`));
  const already = brokenBy(analysis, out);
  if (already) return [{ id: 'now', words: `without ${names(hosts)} ${stopsOf(already)} stop` }];
  return model.survives.flatMap((promise) =>
    casesOf(analysis, promise)
      .filter((lost) => !lost.some((part) => isOut(part.id, hosts)))
      .flatMap((lost) => brokenWith(analysis, out, lost))
      .map(
        (broken): Risk => ({
          id: broken.lost,
          words: `while ${names(hosts)} ${hosts.length > 1 ? 'are' : 'is'} out, losing ${broken.lost} stops ${stopsOf(broken)}, and ${promise} is promised`,
        }),
      ),
  );
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

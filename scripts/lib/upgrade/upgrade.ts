import { resolve } from 'node:path';
import { finalizeProcedure, UPGRADED, type Upgraded, upgradeProcedure } from '#constructs/plans/upgrade.ts';
import { type Program, rangeOf, SUPPORT } from '#policies/reading/support.ts';
import { nearest } from '#sites/load/near.ts';
import { CannotLook, options } from '../main.ts';
import { CONDUCTED, conduct } from '../procedure/conduct.ts';
import { plain } from '../procedure/plain.ts';
import { loadModel, SITES } from '../sites.ts';
import { judge, nextSeries } from './judge.ts';
import { type Standing, standing } from './standing.ts';

const OPTIONS = {
  ...CONDUCTED,
  ...SITES,
  tree: { type: 'string', default: 'dist' },
  kubespray: { type: 'string', default: 'kubespray' },
  finalize: { type: 'boolean' },
} as const;

/**
 * Says what may go where, or brings one program to a release.
 * @param args @default those of the process
 * @returns the exit code @throws CannotLook for a program or release that is none
 */
export async function upgrade(usage: string, args?: readonly string[]): Promise<number> {
  const { values, positionals } = options(usage, OPTIONS, { words: true, ...(args && { args }) });
  const [name, asked, ...more] = positionals;
  const stands = standing();
  if (name === undefined) {
    process.stdout.write(values.json ? `${JSON.stringify(reachable(stands), null, 2)}\n` : overview(stands));
    return 0;
  }
  if (more.length > 0)
    throw new CannotLook(`name one program and the release it goes to, or nothing
${usage}`);
  const program = called(name, stands);
  const to = (asked ?? stands.get(program)!.release).replace(/^v/, '');
  if (!/^\d+\.\d+\.\d+$/.test(to))
    throw new CannotLook(`${asked} is no release; name it whole, such as ${stands.get(program)!.release}`);
  const { problems, way } = judge(releasesOf(stands), program, to);
  if (problems.length > 0) {
    for (const problem of problems) process.stderr.write(`refused: ${problem}\n`);
    if (way.length > 0) process.stderr.write(`the way there: first ${way.join(', then ')}, then ${to}\n`);
    return 1;
  }
  const model = loadModel(values.sites, { json: values.json });
  if (!model) return 1;
  const props = { model, to, tree: resolve(values.tree), kubespray: resolve(values.kubespray) };
  if (values.finalize && program !== 'cockroachdb')
    throw new CannotLook('--finalize: only cockroachdb is finalized');
  const procedure = values.finalize
    ? finalizeProcedure(props)
    : upgradeProcedure({ ...props, program: program as Upgraded });
  const { release: at, named } = stands.get(program)!;
  if (at !== to) {
    process.stdout.write(values.json ? `${JSON.stringify(procedure, null, 2)}\n` : plain(procedure));
    process.stderr.write(
      `the tree names ${program} ${at}: name ${to} in ${named}, then npm run synth, npm run check and npm run diff; the same command carries it out then\n`,
    );
    return values['dry-run'] ? 0 : 1;
  }
  return conduct(procedure, {
    site: model.sites[0]!.code,
    locked: model.sites.map(({ code }) => code),
    what: `npm run upgrade -- ${program} ${to}${values.finalize ? ' --finalize' : ''}`,
    values,
  });
}

/** @throws CannotLook for a name that is no program, or one that another brings */
function called(name: string, stands: Map<Program, Standing>): Program {
  if ((UPGRADED as readonly string[]).includes(name)) return name as Program;
  if (stands.has(name as Program))
    throw new CannotLook(`${name} comes with Kubespray; upgrade kubespray, and it follows`);
  const near = nearest(name, [...UPGRADED]);
  throw new CannotLook(
    `there is no program ${name}; ${near ? `did you mean ${near}?` : `there are ${UPGRADED.join(', ')}`}`,
  );
}

const releasesOf = (stands: Map<Program, Standing>): Map<Program, string> =>
  new Map([...stands].map(([program, { release }]) => [program, release]));

/** What stands, in which range the others hold it, and what keeps the next series away. */
export interface Reach {
  program: Program;
  release: string;
  named: string;
  held: { by: string; range: string; source: string }[];
  next?: { series: string; problems: string[] };
}

export function reachable(stands: Map<Program, Standing>): Reach[] {
  const releases = releasesOf(stands);
  return [...stands].map(([program, { release, named }]): Reach => {
    const series = nextSeries(program, release);
    const held = SUPPORT.filter(
      (row) => row.needs === program && `${releases.get(row.program)}.`.startsWith(`${row.series}.`),
    ).map((row) => ({ by: `${row.program} ${row.series}`, range: rangeOf(row), source: row.source }));
    return {
      program,
      release,
      named,
      held,
      ...(series && { next: { series, problems: judge(releases, program, `${series}.0`).problems } }),
    };
  });
}

function overview(stands: Map<Program, Standing>): string {
  const wide = Math.max(...[...stands.keys()].map(({ length }) => length));
  return reachable(stands)
    .map(({ program, release, held, next, named }) =>
      [
        `${program.padEnd(wide)}  ${release}  (${named})`,
        ...held.map(({ by, range }) => `  ${by} holds it to ${range}`),
        ...(next
          ? next.problems.length > 0
            ? next.problems.map((problem) => `  not to ${next.series}: ${problem}`)
            : [`  may go to ${next.series}`]
          : []),
      ].join('\n'),
    )
    .join('\n')
    .concat('\n');
}

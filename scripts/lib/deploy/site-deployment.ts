import { join } from 'node:path';
import { concealed } from '#sites/load/secrets.ts';
import { lock } from '../lock.ts';
import { CannotLook } from '../main.ts';
import { carryOut, type Executor, type Result } from '../procedure/carry-out.ts';
import { chosen } from '../procedure/chosen.ts';
import { knownClusters } from '../procedure/identity.ts';
import { Journal } from '../procedure/journal.ts';
import { readProcedure } from '../procedure/read.ts';
import { terminal, yes } from '../procedure/terminal.ts';
import { Cluster } from './cluster.ts';
import { DeployCommands } from './commands.ts';
import { readInventory, refuseOther } from './inventory.ts';
import { DEPLOY, deployment, stepsText } from './plan.ts';
import { isClean, losses, type Preview, preview, previewText } from './preview.ts';
import { previewData } from './preview-data.ts';
import { requirePulumi } from './require-pulumi.ts';
import { openedSecrets } from './site-secrets.ts';
import { readSiteTree, type SiteTree, Trees } from './site-tree.ts';
import { explained } from './stuck.ts';

/** How a person wants a site deployed: the options of the command. */
export interface DeployOptions {
  tree: string;
  state: string;
  kubeconfig?: string;
  context?: string;
  /** Of the site files, and of the encrypted ones. */
  sites: string;
  secrets?: string;
  'without-secrets'?: boolean;
  engine: 'own' | 'pulumi';
  import?: boolean;
  'dry-run'?: boolean;
  yes?: boolean;
  'lose-data'?: boolean;
  back?: boolean;
  anew?: boolean;
  from?: string;
  only?: string[];
  json?: boolean;
  /** The command as it was given, for who has to go on with it. */
  what: string;
  /** Whether the caller holds the lock of the site. */
  isLocked?: boolean;
}

/** Shows what a deployment would change, asks, and carries it out. @returns the exit code */
export async function deploySite(site: string, options: DeployOptions): Promise<number> {
  const { state, kubeconfig, what } = options;
  if (options.engine === 'pulumi') requirePulumi();
  const trees = new Trees(state, site);
  const tree = options.back ? trees.before() : readSiteTree(options.tree, site);
  const isPreviewOnly = options['dry-run'] ?? false;
  const procedure = deployment(tree);
  const steps = chosen(procedure, options);
  const journal = new Journal(join(state, 'journal'), site, procedure, {
    anew: options.anew || options.back,
  });
  const unlock = isPreviewOnly || options.isLocked ? () => {} : lock(join(state, 'locks', site), { what });
  let cluster: Cluster | undefined;
  try {
    cluster = await Cluster.open({ kubeconfig, context: options.context ?? site });
    await checkIdentity(cluster, site, { state, learn: !isPreviewOnly, json: options.json });
    if (options.engine === 'pulumi') return await byPulumi(cluster, tree, options);
    const secrets = await openedSecrets(site, options);
    const made = await preview(cluster, tree, secrets);
    show(made, options);
    if (isPreviewOnly) {
      if (!options.json && !isClean(made))
        process.stdout.write(`\nIn this order\n${stepsText(steps, (id) => journal.state(id))}`);
      return isRefused(made) ? 1 : 0;
    }
    if (isClean(made) && !journal.isBegun && made.inventory.tree === tree.digest) return nothingToDo(made);
    if (isRefused(made)) {
      process.stderr.write('nothing was done: the API refuses objects of this tree\n');
      return 1;
    }
    if (made.secrets.missing.length > 0 && !options['without-secrets']) {
      process.stderr.write(
        `nothing was done: Secrets are missing; \`npm run secrets -- check ${site}\` says who makes them, --without-secrets goes on without\n`,
      );
      return 1;
    }
    if (!(await agreed(losses(made), options))) return 1;
    trees.begin(tree, options.back ? 'back' : 'begun');
    const executor: Executor = terminal(options, {
      [DEPLOY]: (line, how) => commands.run(line.slice(1), how),
    });
    const commands = new DeployCommands(cluster, tree, secrets, (path) =>
      chart(path, { tree, executor, state, site }),
    );
    const result = await carryOut(procedure, executor, { log: journal, steps });
    if (!result.done) {
      tellStop(result, {
        site,
        what,
        journal: journal.path,
        details: await explained(cluster, commands.stuck),
      });
      return 1;
    }
    if (procedure.steps.every(({ id }) => journal.state(id) === 'done')) {
      journal.close();
      trees.done(tree);
    }
    process.stderr.write('done\n');
    return 0;
  } finally {
    cluster?.close();
    unlock();
  }
}

const isRefused = ({ differences }: Preview): boolean => differences.some(({ how }) => how === 'refused');

function show(made: Preview, { json }: DeployOptions): void {
  const colour = process.stdout.isTTY && !process.env.NO_COLOR;
  process.stdout.write(
    json ? `${JSON.stringify(previewData(made))}\n` : concealed(previewText(made, { colour })),
  );
}

function nothingToDo({ unready }: Preview): number {
  const but = unready.length > 0 ? `; ${unready.length} objects are not ready` : '';
  process.stderr.write(`nothing to change${but}\n`);
  return unready.length > 0 ? 1 : 0;
}

async function checkIdentity(
  cluster: Cluster,
  site: string,
  { state, learn, json }: { state: string; learn: boolean; json?: boolean },
): Promise<void> {
  const { status, body } = await cluster.ask('GET', '/api/v1/namespaces/kube-system');
  if (status !== 200) throw new CannotLook(`${cluster.server} does not say which cluster it is (${status})`);
  const { uid } = body.metadata;
  const way = `the context ${cluster.context}`;
  if (knownClusters(state, [{ site, uid, way }], { learn }).length > 0 && !json)
    process.stdout.write(
      `The cluster of ${site} was not known yet: ${cluster.server}, kube-system ${uid}\n\n`,
    );
}

/** Carries out the procedure that installs a chart; says what stopped it. */
async function chart(
  path: string,
  { tree, executor, state, site }: { tree: SiteTree; executor: Executor; state: string; site: string },
): Promise<string | undefined> {
  const { procedure } = readProcedure(path, tree.files.get(path)!);
  const journal = new Journal(join(state, 'journal'), site, procedure);
  const result = await carryOut(procedure, executor, { log: journal });
  if (!result.done) return `stopped at ${result.step.id}: ${result.reason}`;
  journal.close();
  return undefined;
}

function tellStop(
  { step, reason }: Result & { done: false },
  { site, what, journal, details }: { site: string; what: string; journal: string; details: string[] },
): void {
  const lines = [
    `stopped at ${step.id}: ${reason}`,
    ...details.map((line) => `  ${line}`),
    `  go on:  ${what}`,
    '  go on with a repaired tree:  npm run synth, then the same with --anew',
    `  go back:  npm run deploy -- ${site} --back`,
    `  what was done:  ${journal}`,
  ];
  process.stderr.write(concealed(`${lines.join('\n')}\n`));
}

/** Asks for the deployment, and for what it loses or cuts by name. */
export async function agreed(
  { lost, cut }: { lost: string[]; cut: string[] },
  { yes: isYes, 'lose-data': losesData }: Pick<DeployOptions, 'yes' | 'lose-data'>,
): Promise<boolean> {
  const told = (title: string, list: string[]) =>
    list.length > 0 ? `${title}\n${list.map((each) => `  ${each}\n`).join('')}` : '';
  if (lost.length > 0 && isYes && !losesData) {
    const title = 'nothing was done: this loses data, and --yes does not agree to that; --lose-data does:';
    process.stderr.write(concealed(told(title, lost)));
    return false;
  }
  if (isYes) return true;
  const question = `\n${told('This loses data:', lost)}${told('This cuts service:', cut)}Carry it out? [yes/no] `;
  if (process.stdin.isTTY && (await yes(concealed(question)))) return true;
  process.stderr.write('nothing was done; --yes begins without asking\n');
  return false;
}

/** The same waves by Pulumi, which shows, waits and remembers by itself. */
async function byPulumi(cluster: Cluster, tree: SiteTree, options: DeployOptions): Promise<number> {
  const { siteStack } = await import('./pulumi.ts'); // 85 MB that nobody else needs
  const { kubeconfig, state } = options;
  refuseOther(await readInventory(cluster), tree.site, cluster.context);
  const stack = await siteStack({ tree, cluster, kubeconfig, state, imports: options.import ?? false });
  try {
    await stack.preview();
    if (options['dry-run']) return 0;
    if (!(await agreed({ lost: [], cut: [] }, options))) return 1;
    await stack.up();
  } catch (error) {
    process.stderr.write(
      concealed(`Pulumi stopped: ${(error as Error).message.trim().split('\n').at(-1)}\n`),
    );
    return 1;
  }
  process.stderr.write('done\n');
  return 0;
}

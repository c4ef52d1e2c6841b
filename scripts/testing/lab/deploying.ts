import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Data } from '#policies/reading/texts.ts';
import { run } from '#scripts/lib/run.ts';
import { ROOT } from '#scripts/lib/sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { startCluster } from './kubernetes.ts';
import { definitionsWithStatus, playOperators } from './operators.ts';

/** `npm run deploy` on a real API server with its scheduler and controllers; pods and operators are played. */

const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
/** A folder of the test's own, gone with the process. */
export const scratch = (name: string): string => mkdtempSync(join(folder, `${name}-`));

/** A cluster of a site with what Kubespray and the charts bring, and the command that deploys to it. */
export async function deployLab(code: string) {
  const cluster = await startCluster(threeSites().sites.find((site) => site.code === code)!);
  const defined = await cluster.apply(definitionsWithStatus(), '--server-side');
  if (defined.code !== 0) throw new Error(defined.stderr);
  await cluster.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
  const operators = await playOperators(cluster.kubeconfig);
  const state = scratch(`state-${code}`);
  const command = (site: string, tree: string, ...more: string[]) =>
    [
      process.execPath,
      ...['--import', './scripts/lib/cached.js', join(ROOT, 'scripts/deploy.ts'), site, '--tree', tree],
      ...[
        '--context',
        'lab',
        '--kubeconfig',
        cluster.kubeconfig,
        '--state',
        state,
        '--without-secrets',
        ...['--only', 'kubernetes'],
        ...more,
      ],
    ] as const;
  return {
    cluster,
    state,
    command,
    deploy: (tree: string, ...more: string[]) =>
      run(command(code, tree, ...more), { cwd: ROOT, timeoutSeconds: 300 }),
    async stop() {
      await operators.stop();
      await cluster.stop();
    },
  };
}
export type DeployLab = Awaited<ReturnType<typeof deployLab>>;

/** A tree as a folder. */
export function written(tree: ReadonlyMap<string, string>): string {
  const out = scratch('tree');
  for (const [path, text] of tree) {
    mkdirSync(join(out, path, '..'), { recursive: true });
    writeFileSync(join(out, path), text);
  }
  return out;
}
/** The tree of a site with one object changed, or without it. */
export function edited(tree: string, path: string, change: (object: Data) => Data): string {
  const out = scratch('edited');
  cpSync(tree, out, { recursive: true });
  const file = join(out, path);
  const next = change(parse(readFileSync(file, 'utf8')));
  if (next) writeFileSync(file, stringify(next));
  else rmSync(file);
  return out;
}
/** What a file says, nothing where it is not there yet. */
export const text = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** Whether a process runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

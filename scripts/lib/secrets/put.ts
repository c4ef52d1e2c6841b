import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '#sites/model.ts';
import { CannotLook } from '../main.ts';
import { find } from '../programs.ts';
import type { Command, Outcome } from '../run.ts';
import { withHostFiles } from './host-files.ts';
import type { SecretFile, SecretObject } from './site-secrets.ts';

type Run = (command: Command, options: { input?: string; timeoutSeconds: number }) => Promise<Outcome>;

/** Names by which the API server knows who wrote a field. */
const MANAGER = 'fredu';

/** How Secrets reach a cluster: on the standard input of kubectl, and on no disk. */
const applySecrets = ({ code }: Pick<Site, 'code'>): Command => [
  'kubectl',
  `--context=${code}`,
  'apply',
  '--server-side',
  `--field-manager=${MANAGER}`,
  '--force-conflicts',
  '--filename=-',
];

/** How files reach the hosts of a site: by its playbook, one host at a time, with its gates. */
export const playSecrets = ({
  playbook,
  folder,
  tags,
}: {
  playbook: string;
  folder: string;
  /** @default the secrets alone; none for all */
  tags?: readonly string[];
}): Command => [
  'ansible-playbook',
  `--inventory=${join(playbook, 'inventory.yaml')}`,
  join(playbook, 'playbook.yaml'),
  ...(tags ?? ['secrets']).map((tag) => `--tags=${tag}`),
  `--extra-vars=secrets=${folder}/{{ inventory_hostname }}`,
];

/**
 * Puts Secrets into the cluster of a site and files onto its hosts, and what reads them is told to.
 * @param tree folder of the site in the generated tree
 * @returns what was done, one line each
 * @throws CannotLook where a program is missing, or refuses
 */
export async function put(
  site: Pick<Site, 'code'>,
  { objects, files, tree, run }: { objects: SecretObject[]; files: SecretFile[]; tree: string; run: Run },
): Promise<string[]> {
  const done: string[] = [];
  if (objects.length > 0) {
    needed('kubectl', 'Secrets of a cluster');
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    said(await run(applySecrets(site), { input: list, timeoutSeconds: 120 }), `kubectl at ${site.code}`);
    done.push(`${site.code}: ${objects.length} Secrets`);
  }
  if (files.length > 0) {
    const playbook = playbookOf(tree);
    // A run that finds no task of the tag ends well, and has put nothing.
    if (!hasTag(join(playbook, 'tasks')))
      throw new CannotLook(
        `${playbook} is of an older release: none of its tasks puts secrets alone; \`npm run synth\` writes it again`,
      );
    await withHostFiles(files, async (folder) =>
      said(
        await run(playSecrets({ playbook, folder }), { timeoutSeconds: 1800 }),
        `the playbook of ${site.code}`,
      ),
    );
    done.push(`${site.code}: ${files.length} files on ${new Set(files.map(({ host }) => host)).size} hosts`);
  }
  return done;
}

const hasTag = (folder: string): boolean =>
  existsSync(folder) &&
  readdirSync(folder).some((name) => /^ +- secrets$/m.test(readFileSync(join(folder, name), 'utf8')));

/** The folder of a site's playbook. @throws CannotLook where it, or what plays it, is not there */
export function playbookOf(tree: string): string {
  const playbook = join(tree, 'inventory/hosts');
  if (!existsSync(join(playbook, 'playbook.yaml')))
    throw new CannotLook(`${playbook} has no playbook; \`npm run synth\` writes it`);
  needed('ansible-playbook', 'files of hosts');
  return playbook;
}

function needed(program: 'kubectl' | 'ansible-playbook', what: string): void {
  if (find(program)) return;
  const from =
    program === 'kubectl'
      ? 'https://kubernetes.io/docs/tasks/tools, of the minor release of the cluster or one beside it'
      : 'Debian’s package ansible-core, 2.14 or newer';
  throw new CannotLook(`${program} is not on the PATH, and ${what} are put there by it: ${from}`);
}

/** The last line of what a program says when it fails: kubectl and Ansible repeat no value there. */
function said({ code, stdout, stderr }: Outcome, who: string): void {
  if (code === 0) return;
  const failed = /fatal: .*|FAILED! => .*/.exec(stdout)?.[0];
  const last = failed ?? (stderr || stdout).trim().split('\n').at(-1) ?? '';
  throw new CannotLook(`${who} ended with ${code}: ${last.slice(0, 300)}`);
}

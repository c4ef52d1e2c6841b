import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Procedure } from '#sites/schema/procedure.ts';
import { makeFolder } from '../folder.ts';
import { CannotLook } from '../main.ts';
import type { Command, Outcome } from '../run.ts';

type Run = (command: Command, options: { timeoutSeconds: number }) => Promise<Outcome>;

/**
 * Refuses a cluster that is not the named site's. A cluster is known by the UID of its namespace kube-system, which lives as long
 * as the cluster; at its first use it is learnt, and kept in the file `clusters` of the state's folder.
 * @throws CannotLook when a cluster does not answer, or is another one
 */
export async function sameClusters(
  procedure: Pick<Procedure, 'places'>,
  folder: string,
  run: Run,
): Promise<string[]> {
  const file = join(folder, 'clusters');
  const known: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const learnt: string[] = [];
  for (const [site, command] of clusterCommands(procedure)) {
    const { code, stdout, stderr } = await run(command, { timeoutSeconds: 30 });
    const uid = stdout.trim();
    if (code !== 0 || uid === '')
      throw new CannotLook(
        `the cluster of ${site} does not answer: ${command.join(' ')}: ${lastLine(stderr)}`,
      );
    if (known[site] === undefined) {
      known[site] = uid;
      learnt.push(site);
    } else if (known[site] !== uid)
      throw new CannotLook(
        `${command.slice(0, 2).join(' ')} leads to another cluster than that of ${site} (kube-system ${uid}, not ${known[site]}); mend the context, or remove ${site} from ${file} where the cluster was rebuilt`,
      );
  }
  if (learnt.length > 0) {
    makeFolder(dirname(file));
    writeFileSync(file, `${JSON.stringify(known, null, 2)}\n`);
  }
  return learnt;
}

/** For each site with a place that kubectl leads to, how its cluster says who it is. */
function clusterCommands({ places }: Pick<Procedure, 'places'>): Map<string, Command> {
  const found = new Map<string, Command>();
  for (const { site, prefix } of Object.values(places)) {
    const [program, ...words] = prefix;
    if (!site || program === undefined || !/(^|\/)kubectl$/.test(program)) continue;
    const options = words.filter((word) => /^--(context|kubeconfig)=/.test(word));
    found.set(site, [
      program,
      ...options,
      'get',
      'namespace',
      'kube-system',
      '--output=jsonpath={.metadata.uid}',
    ]);
  }
  return found;
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

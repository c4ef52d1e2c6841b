import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Procedure } from '#sites/schema/procedure.ts';
import { makeFolder } from '../folder.ts';
import { CannotLook, cannot } from '../main.ts';
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
  const found: Found[] = [];
  for (const [site, command] of clusterCommands(procedure)) {
    const { code, stdout, stderr } = await run(command, { timeoutSeconds: 30 });
    const uid = stdout.trim();
    if (code !== 0 || uid === '')
      throw new CannotLook(
        `the cluster of ${site} does not answer: ${command.join(' ')}: ${lastLine(stderr)}`,
      );
    found.push({ site, uid, way: command.slice(0, 2).join(' ') });
  }
  return knownClusters(folder, found);
}

/** A cluster as it was met: of which site it is said to be, its UID, and what led there. */
interface Found {
  site: string;
  uid: string;
  way: string;
}

/**
 * Refuses a cluster that is not the one learnt for its site; learns those of sites without one, unless nothing is to be written.
 * @returns the sites whose cluster was not known
 * @throws CannotLook for another cluster than the known one
 */
export function knownClusters(folder: string, found: readonly Found[], { learn = true } = {}): string[] {
  const file = join(folder, 'clusters');
  const known = readKnown(file);
  const learnt: string[] = [];
  for (const { site, uid, way } of found) {
    if (known[site] === undefined) {
      const other = Object.entries(known).find(([, each]) => each === uid)?.[0];
      if (other)
        throw new CannotLook(
          `${way} leads to the cluster of ${other}, not to one of ${site} (kube-system ${uid}); mend the context`,
        );
      known[site] = uid;
      learnt.push(site);
    } else if (known[site] !== uid)
      throw new CannotLook(
        `${way} leads to another cluster than that of ${site} (kube-system ${uid}, not ${known[site]}); mend the context, or remove ${site} from ${file} where the cluster was rebuilt`,
      );
  }
  if (learn && learnt.length > 0) {
    try {
      makeFolder(dirname(file));
      writeFileSync(file, `${JSON.stringify(known, null, 2)}\n`);
    } catch (error) {
      throw cannot('write', file, error);
    }
  }
  return learnt;
}

function readKnown(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CannotLook(
      `${file} cannot be read: ${(error as Error).message}; mend it, or move it away to learn clusters again`,
    );
  }
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

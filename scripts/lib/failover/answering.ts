import { knock } from '#constructs/plans/object-store-steps.ts';
import type { Site } from '#sites/model.ts';
import type { ObjectsSite } from '#sites/site-kinds.ts';
import type { Executor } from '../procedure/carry-out.ts';
import type { Command } from '../run.ts';

/** By what a site that is said to be lost answers all the same; nothing where it is silent. */
export async function answering(site: ObjectsSite, by: Executor): Promise<string | undefined> {
  const ways: [string, Command][] = [
    [site.objects.endpoint, knock(site) as [string, ...string[]]],
    [
      'its cluster',
      [
        'kubectl',
        `--context=${site.code}`,
        '--namespace=rook-ceph',
        'get',
        'namespace',
        'kube-system',
        '--request-timeout=5s',
      ],
    ],
  ];
  const said = await Promise.all(
    ways.map(async ([name, command]) =>
      (await by.run(command, { timeoutSeconds: 10 })).code === 0 ? [name] : [],
    ),
  );
  const found = said.flat();
  return found.length > 0
    ? `${site.code} answers (${found.join(', ')}); hand its roles over instead, and nothing is lost`
    : undefined;
}

/** What it costs when two sites take for theirs what only one may have. */
export const splitBrain = (site: Site, primary: Site): string =>
  site === primary
    ? `split brain: while both take writes, of a file that both wrote the later one stays and the other is lost; a bucket made at ${site.code} after the others stopped following it exists there only, for ever. --force goes on; the first step still waits until nobody gets in at ${site.code}`
    : `${site.code} would serve files as they were when it stopped copying. --force goes on; the first step still waits until nobody gets in there`;

import { join, resolve } from 'node:path';
import { concealed } from '#sites/load/secrets.ts';
import { readSiteTree, sitesIn } from './lib/deploy/site-tree.ts';
import { CannotLook, main, options } from './lib/main.ts';
import { ROOT } from './lib/sites.ts';
import { type SiteStatus, siteStatus } from './lib/status/site-status.ts';
import { NOT_ASKED, statusText } from './lib/status/text.ts';

const USAGE = `npm run status [-- SITE…] [--tree FOLDER] [--watch] [--json] [--kubeconfig FILE] [--context NAME]
  Holds each site's cluster against its tree (default dist/): versions, nodes, what is deployed, drift and by whom, what is not
  ready, pods, Ceph, certificates; and what its Prometheus knows: alerts that fire, leases, ranges, the age of the backup, who
  takes writes, virtual addresses, announcements. Works with a site gone, and says what it could not ask. --watch asks again every 10 s until
  Ctrl-C. Contexts of the kubeconfig are named like sites; --context names another for one site.
  Ends with 0 where all is well, 1 where something is wrong, 2 where no site could be asked.`;

const AGAIN_MILLISECONDS = 10_000;

if (import.meta.main) {
  await main(async () => {
    const { values, positionals } = options(
      USAGE,
      {
        tree: { type: 'string', default: join(ROOT, 'dist') },
        watch: { type: 'boolean' },
        json: { type: 'boolean' },
        kubeconfig: { type: 'string' },
        context: { type: 'string' },
      },
      { words: true },
    );
    const folder = resolve(values.tree);
    const { sites, others } = chosenOf(folder, positionals);
    if (values.context && sites.length !== 1) throw new CannotLook('--context is for one site: name it');
    const look = async (): Promise<number> => {
      const now = Date.now();
      const all = await Promise.all(
        sites.map((site) =>
          siteStatus(readSiteTree(folder, site), {
            kubeconfig: values.kubeconfig,
            context: values.context ?? site,
            now,
          }),
        ),
      );
      if (values.watch && process.stdout.isTTY && !values.json) process.stdout.write('\u001b[2J\u001b[H');
      process.stdout.write(
        values.json
          ? `${JSON.stringify({ at: new Date(now).toISOString(), sites: all, without: others, notAsked: NOT_ASKED })}\n`
          : concealed(statusText(all, others)),
      );
      return exitOf(all);
    };
    if (!values.watch) return look();
    let isStopped = false;
    process.once('SIGINT', () => {
      isStopped = true;
    });
    let code = 0;
    while (!isStopped) {
      code = await look();
      for (let waited = 0; waited < AGAIN_MILLISECONDS && !isStopped; waited += 200)
        await new Promise((wake) => setTimeout(wake, 200));
    }
    return code;
  });
}

/** The chosen ones, or all. @throws CannotLook for a site that is not there */
function chosenOf(folder: string, chosen: readonly string[]): { sites: string[]; others: string[] } {
  const { clusters, others } = sitesIn(folder);
  for (const site of chosen) if (![...clusters, ...others].includes(site)) readSiteTree(folder, site); // says which there are
  const wanted = (all: string[]) => (chosen.length > 0 ? all.filter((site) => chosen.includes(site)) : all);
  const sites = wanted(clusters);
  if (sites.length === 0)
    throw new CannotLook(`no site with a cluster is in ${folder}; make the tree with npm run synth`);
  return { sites, others: wanted(others) };
}

function exitOf(all: readonly SiteStatus[]): number {
  if (all.every(({ unreachable }) => unreachable !== undefined)) return 2;
  return all.some(
    ({ unreachable, lines }) => unreachable !== undefined || lines.some(({ state }) => state === 'wrong'),
  )
    ? 1
    : 0;
}

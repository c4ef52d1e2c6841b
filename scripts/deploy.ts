import { join, resolve } from 'node:path';
import { nearest } from '#sites/load/near.ts';
import { LAYERS, layersOf } from './lib/deploy/layers/layer.ts';
import { deployLayers } from './lib/deploy/layers/layered-deployment.ts';
import { readSiteTree, sitesIn } from './lib/deploy/site-tree.ts';
import { CannotLook, main, options } from './lib/main.ts';
import { ROOT, SITES } from './lib/sites.ts';

const USAGE = `npm run deploy [-- SITE] [--tree FOLDER] [--dry-run] [--yes] [--lose-data] [--back] [--anew]
                          [--from STEP | --only STEP…] [--kubeconfig FILE] [--context NAME] [--json] [--state FOLDER]
                          [--sites FOLDER] [--secrets FOLDER] [--without-secrets] [--engine own|pulumi [--import]]
                          [--kubespray FOLDER] [--extra-vars NAME=VALUE…]
  Brings a site, or all one after the other, to what a tree says (default dist/), layer by layer: openstack, hosts, kubespray,
  kubernetes (wave after wave, each ready before the next). Each shows first what it would change. A STEP is LAYER, LAYER/STEP
  such as hosts/sxb-edge1, or a wave of the cluster. A run that was cut goes on where it stopped. --dry-run shows and changes nothing; --yes begins without asking;
  --lose-data agrees to what the preview names as lost; --back returns to the tree that was deployed before; --anew puts the journal
  of an unfinished run of another tree aside. The context of the kubeconfig is the site's code. Secrets come from the site's
  encrypted file; --without-secrets goes on where some are missing. --engine pulumi carries the same
  waves out by Pulumi; --import takes what stands there into its stack. --kubespray is where Kubespray is (or FREDU_KUBESPRAY);
  --extra-vars is handed to the playbook of the hosts.`;

const ENGINES = ['own', 'pulumi'] as const;

if (import.meta.main) {
  await main(async () => {
    const { values, positionals } = options(
      USAGE,
      {
        tree: { type: 'string', default: join(ROOT, 'dist') },
        'dry-run': { type: 'boolean' },
        yes: { type: 'boolean' },
        'lose-data': { type: 'boolean' },
        back: { type: 'boolean' },
        anew: { type: 'boolean' },
        from: { type: 'string' },
        only: { type: 'string', multiple: true },
        kubeconfig: { type: 'string' },
        context: { type: 'string' },
        json: { type: 'boolean' },
        state: { type: 'string', default: join(ROOT, '.fredu') },
        ...SITES,
        secrets: { type: 'string' },
        'without-secrets': { type: 'boolean' },
        engine: { type: 'string', default: 'own' },
        import: { type: 'boolean' },
        kubespray: { type: 'string' },
        'extra-vars': { type: 'string', multiple: true },
      },
      { words: true },
    );
    if (positionals.length > 1) throw new CannotLook(`name one site, or none for all\n${USAGE}`);
    const tree = resolve(values.tree);
    const sites = positionals.length > 0 ? positionals : sitesWith(tree, values);
    if (positionals.length === 0 && (values.back || values.context))
      throw new CannotLook('--back and --context are for one site: name it');
    const engine = engineOf(values.engine);
    const again = process.argv
      .slice(2)
      .filter((word) => word !== positionals[0] && !/^--(yes|anew)$/.test(word));
    for (const site of sites) {
      const code = await deployLayers(site, {
        ...values,
        tree,
        state: resolve(values.state),
        sites: resolve(values.sites),
        engine,
        what: `npm run deploy -- ${[site, ...again].join(' ')}`,
      });
      if (code !== 0) return code;
    }
    const isWhole = !values.only && !values.from && !values.back && !values['dry-run'];
    if (isWhole && !values.json)
      process.stderr.write(
        `next: ${['npm run outside --', ...positionals].join(' ')}   asks it as the world does, from here\n`,
      );
    return 0;
  });
}

/** All sites that have the layers which were chosen: a rented database host has no cluster, and is none of its business. */
function sitesWith(tree: string, { only = [], from }: { only?: string[]; from?: string }): string[] {
  const { clusters, others } = sitesIn(tree);
  const words = from === undefined ? only : [from, ...only];
  const chosen = words.map((word) => LAYERS.find((layer) => layer === word.split('/')[0]) ?? 'kubernetes');
  return [...clusters, ...others].filter((site) => {
    const there = layersOf(readSiteTree(tree, site));
    return chosen.every((layer) => there.includes(layer));
  });
}

function engineOf(word: string): (typeof ENGINES)[number] {
  const engine = ENGINES.find((each) => each === word);
  if (engine) return engine;
  const near = nearest(word, [...ENGINES]);
  throw new CannotLook(
    `there is no engine ${word}; ${near ? `did you mean ${near}?` : `there are ${ENGINES.join(' and ')}`}`,
  );
}

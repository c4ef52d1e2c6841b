import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdktf';
import { stackText } from '#charts/openstack.ts';
import { OpenstackStack } from '#constructs/openstack/stack.ts';
import { hasOpenstack } from '#sites/site-kinds.ts';
import { main, options } from '../lib/main.ts';
import { loadModel, SITES } from '../lib/sites.ts';

const USAGE = `npm run cdktf [-- --sites FOLDER]
  The app of cdktf.json: writes a stack for each site in an OpenStack below $CDKTF_OUTDIR (default cdktf.out), as
  \`cdktn synth\` calls it. The command line of cdktn passes no options on: name another folder of sites by FREDU_SITES.`;

/**
 * The app of `cdktf.json`: writes a stack for each site in an OpenStack where the command line of cdktf looks for it, with the
 * manifest that it reads and the same bytes as `npm run synth` writes.
 */
if (import.meta.main) {
  await main(() => {
    const { values } = options(USAGE, SITES);
    const model = loadModel(values.sites);
    if (!model) return 1;
    const app = new App({ outdir: process.env.CDKTF_OUTDIR ?? 'cdktf.out' });
    const sites = model.sites.filter(hasOpenstack);
    const made = sites.map((site) => new OpenstackStack(app, site.code, { model, site }));
    app.synth();
    for (const stack of made)
      writeFileSync(join(app.outdir, 'stacks', stack.node.id, 'cdk.tf.json'), stackText(stack));
    return 0;
  });
}

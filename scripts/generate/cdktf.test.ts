import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openstack } from '#charts/openstack.ts';
import { run } from '../lib/run.ts';
import { ROOT } from '../lib/sites.ts';
import { listFiles } from '../lib/tree.ts';
import { THREE_SITES, threeSites } from '../testing/three-sites.ts';

it('gives the command line of cdktf the same bytes as synth, and a manifest without a path of this machine', async () => {
  const out = mkdtempSync(join(tmpdir(), 'fredu-cdktf-'));
  const { app } = JSON.parse(readFileSync(join(ROOT, 'cdktf.json'), 'utf8'));
  try {
    const { code, stderr } = await run(app.split(' '), {
      cwd: ROOT,
      env: { CDKTF_OUTDIR: out, FREDU_SITES: THREE_SITES },
      timeoutSeconds: 60,
    });
    expect(code, stderr).toBe(0);
    const model = threeSites();
    const stacks = model.sites.flatMap((site) =>
      openstack(model, site).map(([, text]): [string, string] => [`stacks/${site.code}/cdk.tf.json`, text]),
    );
    expect([...listFiles(out)].sort()).toEqual(['manifest.json', ...stacks.map(([path]) => path)].sort());
    for (const [path, text] of stacks) expect(readFileSync(join(out, path), 'utf8')).toBe(text);
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect(Object.keys(manifest.stacks)).toEqual(stacks.map(([path]) => path.split('/')[1]));
    expect(JSON.stringify(manifest)).not.toContain(out);
  } finally {
    rmSync(out, { recursive: true });
  }
});

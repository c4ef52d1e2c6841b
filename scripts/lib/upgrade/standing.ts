import { imageTag } from '#constructs/images.ts';
import { RELEASES } from '#constructs/releases.ts';
import kubespray from '#policies/reading/schemas/kubespray.json' with { type: 'json' };
import type { Program } from '#policies/reading/support.ts';

/** A release that stands in the project, and the file that names it. */
export interface Standing {
  release: string;
  named: string;
}

const tag = (key: Parameters<typeof imageTag>[0], named = 'constructs/images.lock.json'): Standing => ({
  release: imageTag(key).replace(/^v/, ''),
  named,
});
const IN_RELEASES = 'constructs/releases.ts';
const BY_KUBESPRAY = 'policies/reading/schemas/kubespray.json, which is what Kubespray brings';

/** What the trees of this project are written with. */
export const standing = (): Map<Program, Standing> =>
  new Map<Program, Standing>([
    ['kubespray', { release: RELEASES.kubespray, named: IN_RELEASES }],
    ['kubernetes', { release: RELEASES.kubernetes, named: IN_RELEASES }],
    ['calico', { release: kubespray.installs.calico_version, named: BY_KUBESPRAY }],
    ['gateway-api', { release: RELEASES.gatewayApi, named: BY_KUBESPRAY }],
    ['rook', tag('rook', 'constructs/images.lock.json and constructs/charts.lock.json')],
    ['ceph', tag('ceph')],
    ['cockroachdb', tag('cockroachdb')],
    ['traefik', tag('traefik')],
    [
      'cert-manager',
      { release: RELEASES.certManager, named: `${IN_RELEASES} and constructs/charts.lock.json` },
    ],
  ]);

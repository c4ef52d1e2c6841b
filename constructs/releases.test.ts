import { expect, it } from 'vitest';
import custom from '#policies/reading/schemas/custom-resources.json' with { type: 'json' };
import kubespray from '#policies/reading/schemas/kubespray.json' with { type: 'json' };
import { ETCD } from '#scripts/lib/lab/kubernetes-binaries.ts';
import charts from './charts.lock.json' with { type: 'json' };
import { imageTag } from './images.ts';
import { RELEASES } from './releases.ts';

/** What we say of other programs, against data about what is really installed. */
const series = (version: string): string => version.split('.').slice(0, 2).join('.');

it('what Kubespray installs is what Kubespray says', () => {
  const { kubespray: release, kubernetes, gatewayApi } = RELEASES;
  expect({ release, kubernetes, gatewayApi }).toEqual({
    release: kubespray.release,
    kubernetes: kubespray.installs.kube_version,
    gatewayApi: kubespray.installs.gateway_api_version,
  });
  expect(series(ETCD)).toBe(series(kubespray.installs.etcd_version));
});

it('the definitions of the Gateway API are the very file that Kubespray downloads', () => {
  expect(custom.sources.find(({ url }) => url.includes('gateway-api'))?.sha256).toBe(
    kubespray.gatewayApiStandardSha256,
  );
});

it('charts are of the release of what they install', () => {
  expect(charts['cert-manager'].version).toBe(`v${RELEASES.certManager}`);
  expect(charts['rook-ceph'].version).toBe(imageTag('rook'));
});

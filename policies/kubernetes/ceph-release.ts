import type { Finding, Policy } from '../law.ts';
import { zones } from '../reading/object-store-tree.ts';
import { ofKind } from '../reading/objects.ts';

/** By first number: the least release that Rook 1.20 runs, and the newest that somebody has read the notes of. */
const SERIES: Record<string, { least: string; read: string; refuses: string[] }> = {
  19: { least: '19.2.0', read: '19.2.6', refuses: ['19.2.6'] },
  20: { least: '20.2.1', read: '20.2.4', refuses: ['20.2.4'] },
};
/** By whether the release refuses requests that gateways forward to each other. */
const SETTINGS = (refuses: boolean) => ({
  rgw_sigv4_insecure: refuses ? 'true' : 'false',
  rgw_s3_client_max_sig_ver: refuses ? '2' : '-1',
});

export const cephRelease: Policy = {
  id: 'ceph-release',
  title:
    'the release of Ceph is one that Rook runs, and its gateways have the settings that this release needs between zones',
  why: 'Ceph 19.2.6 and 20.2.4 check signatures more strictly than their own forwarded requests pass: every bucket operation on a secondary zone fails with 403 unless two settings say otherwise. Ceph keeps a setting after its line is gone, so a release that is mended needs the defaults by name, or it stays lax.',
  check(_model, tree) {
    return ofKind(tree, 'CephCluster').flatMap(({ path, site, object }): Finding[] => {
      const image: string = object.spec.cephVersion?.image ?? '';
      const version = /:v(\d+\.\d+\.\d+)(?=$|[-@])/.exec(image)?.[1] ?? '';
      const series = SERIES[version.split('.')[0]!];
      if (!series || compare(version, series.least) < 0)
        return [
          {
            path,
            text: image,
            message: `${site} runs ${version ? `Ceph ${version}` : `the image ${image}, whose tag is no release`}; Rook 1.20 runs 19.2.0 or later and 20.2.1 or later`,
            fix: 'name a release of these in the lock of images',
          },
        ];
      if (compare(version, series.read) > 0)
        return [
          {
            path,
            text: image,
            message: `nobody has looked whether Ceph ${version} still refuses forwarded requests`,
            fix: 'read https://tracker.ceph.com/issues/79698 and add the release to policies/kubernetes/ceph-release.ts',
          },
        ];
      return zones(tree)
        .filter((zone) => zone.site === site)
        .flatMap(({ stores }) => stores)
        .flatMap((store) =>
          Object.entries(SETTINGS(series.refuses.includes(version))).flatMap(([key, value]): Finding[] => {
            const set = store.object.spec.gateway?.rgwConfig?.[key];
            if (set === value) return [];
            return [
              {
                path: store.path,
                text: key,
                other: { path, text: image },
                message: `${store.name} of ${site} has ${key}: ${set ?? 'nothing'}; Ceph ${version} needs ${value}`,
                fix: `set ${key}: "${value}"`,
              },
            ];
          }),
        );
    });
  },
};

function compare(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => text.split('.').map(Number)) as [number[], number[]];
  return x[0]! - y[0]! || x[1]! - y[1]! || x[2]! - y[2]!;
}

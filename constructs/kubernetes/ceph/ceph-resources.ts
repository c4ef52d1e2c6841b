import { objectsShare } from '#sites/capacity.ts';
import type { Site } from '#sites/model.ts';
import { workers } from '#sites/questions.ts';
import { Size } from '#sites/size.ts';
import type { Resource } from './rook.gen.ts';

/**
 * What Ceph's daemons ask for and may use. Of the object store's share of the least worker, half is for the disk, a tenth for
 * each of a monitor, a manager and two gateways, the last tenth for small helpers. So all of them fit on the workers that are left when one is lost. No daemon gets less than Rook starts it with.
 *
 * @see https://rook.io/docs/rook/v1.20/CRDs/Cluster/ceph-cluster-crd/#resource-requirementslimits
 */
export function cephResources(site: Site) {
  const shares = workers(site).map(objectsShare);
  const milliCpus = Math.min(...shares.map((each) => each.milliCpus));
  const memoryBytes = Math.min(...shares.map((each) => each.memoryBytes));
  const share = ({ part, leastMebibytes }: { part: number; leastMebibytes: number }): Resource =>
    demand({
      milliCpus: Math.max(100, Math.floor(milliCpus * part)),
      mebibytes: Math.max(leastMebibytes, Size.bytes(memoryBytes * part).toMebibytes('floor')),
    });
  return {
    osd: share({ part: 0.5, leastMebibytes: 4096 }),
    mon: share({ part: 0.1, leastMebibytes: 1024 }),
    mgr: share({ part: 0.1, leastMebibytes: 512 }),
    gateway: share({ part: 0.1, leastMebibytes: 512 }),
    'mgr-sidecar': demand({ milliCpus: 50, mebibytes: 100 }),
    exporter: demand({ milliCpus: 50, mebibytes: 128 }),
    crashcollector: demand({ milliCpus: 20, mebibytes: 60 }),
    // Runs for seconds on a disk that is new; with a limit it may be killed half-way.
    prepareosd: { requests: { cpu: '100m', memory: '50Mi' } },
    'cmd-reporter': demand({ milliCpus: 50, mebibytes: 256 }),
  };
}
/** No processor limit: a slow monitor is a lost one. Ceph sizes its caches by the memory limit. */
const demand = ({ milliCpus, mebibytes }: { milliCpus: number; mebibytes: number }): Resource => ({
  requests: { cpu: `${milliCpus}m`, memory: `${mebibytes}Mi` },
  limits: { memory: `${mebibytes}Mi` },
});

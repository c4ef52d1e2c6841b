import type { TextFile } from '#constructs/text-file.ts';
import type { Host, Site } from '#sites/model.ts';
import { workers } from '#sites/questions.ts';

/**
 * Where the history of each replica lies: a folder on the system disk of a worker, one worker a replica. So a pod that is
 * moved away for an update comes back to its history; a worker whose disk is lost takes one of two copies with it.
 */
const FOLDER = '/var/lib/fredu/prometheus';
export const historyFolder = (ordinal: number): string => `${FOLDER}/${ordinal}`;
/** Replicas of the observer: both scrape everything, so that one may be away. */
export const PROMETHEUS_REPLICAS = 2;
/** Two weeks explain last week's trouble beside this week's; about 400,000 series at two bytes a sample. */
export const RETENTION = { time: '15d', size: '30GB' };
/** With the newest two hours, which are not counted above. */
export const HISTORY_SIZE = '40Gi';
/** `nobody` in the images of the Prometheus project. */
const NOBODY = 65534;

/** The worker of each replica; with fewer workers they share one. */
export function historyHosts(site: Site): Host[] {
  const hosts = workers(site);
  return Array.from({ length: PROMETHEUS_REPLICAS }).flatMap(
    (_, ordinal) => hosts[ordinal % hosts.length] ?? [],
  );
}

/**
 * What systemd makes on a worker: a folder a replica, on each of them, for hosts of one role are alike and empty folders cost
 * nothing. The kubelet does not make that of a local volume.
 */
export function historyFiles(site: Site, host: Host): TextFile[] {
  if (!site.kubernetes || host.role !== 'worker') return [];
  const lines = historyHosts(site).map(
    (_, ordinal) => `d ${historyFolder(ordinal)} 0770 ${NOBODY} ${NOBODY} -`,
  );
  return [
    [
      'etc/tmpfiles.d/fredu-prometheus.conf',
      `# The history of an observer, which its volume leads to.\nd ${FOLDER} 0755 root root -\n${lines.join('\n')}\n`,
    ],
  ];
}

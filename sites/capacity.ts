import type { Host, Model, Site } from './model.ts';
import { workers } from './model.ts';

/** What one pod of the app asks for, named once: the manifests ask for it and the bounds of the autoscalers are judged by it. */
export const APP_REQUESTS = {
  api: { milliCpus: 500, memoryMebibytes: 512 },
  web: { milliCpus: 100, memoryMebibytes: 64 },
} as const;

/**
 * The part of a worker that is the app's: a quarter of its processors and an eighth of its memory. Half goes to the
 * database, the rest to the object store, the ingress, the observers and the system.
 */
export const appShare = (host: Host) => ({
  milliCpus: (host.cpus * 1000) / 4,
  memoryMebibytes: host.memoryBytes / 2 ** 20 / 8,
});

/** What the app asks for when both autoscalers stand at their upper bound and a rollout adds a pod to each. */
export function appDemand({ app }: Model) {
  const ask = (key: 'api' | 'web') => app[key].max + 1;
  return {
    milliCpus: ask('api') * APP_REQUESTS.api.milliCpus + ask('web') * APP_REQUESTS.web.milliCpus,
    memoryMebibytes:
      ask('api') * APP_REQUESTS.api.memoryMebibytes + ask('web') * APP_REQUESTS.web.memoryMebibytes,
  };
}

/** What a site has for the app after it lost its largest worker. */
export function appRoom(site: Site) {
  const shares = workers(site)
    .map(appShare)
    .sort((a, b) => b.milliCpus - a.milliCpus || b.memoryMebibytes - a.memoryMebibytes)
    .slice(1);
  return {
    milliCpus: shares.reduce((sum, share) => sum + share.milliCpus, 0),
    memoryMebibytes: shares.reduce((sum, share) => sum + share.memoryMebibytes, 0),
  };
}

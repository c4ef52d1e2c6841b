import type { Model } from './model.ts';

/** What one pod of the app asks for, named once: the manifests ask for it and the bounds of the autoscalers are judged by it. */
export const APP_REQUESTS = {
  api: { milliCpus: 500, memoryMebibytes: 512 },
  web: { milliCpus: 100, memoryMebibytes: 64 },
} as const;

/**
 * The part of a worker that is the app's: a quarter of its processors and an eighth of its memory. Half goes to the
 * database, the rest to the object store, the ingress, the observers and the system.
 */
export const appShare = (host: { cpus: number; memoryBytes: number }) => ({
  milliCpus: (host.cpus * 1000) / 4,
  memoryMebibytes: host.memoryBytes / 2 ** 20 / 8,
});

/** What the app asks for when both autoscalers stand at their upper bound and a rollout adds a pod to each. */
export function appDemand({ app }: Pick<Model, 'app'>) {
  const ask = (key: 'api' | 'web') => app[key].max + 1;
  return {
    milliCpus: ask('api') * APP_REQUESTS.api.milliCpus + ask('web') * APP_REQUESTS.web.milliCpus,
    memoryMebibytes:
      ask('api') * APP_REQUESTS.api.memoryMebibytes + ask('web') * APP_REQUESTS.web.memoryMebibytes,
  };
}

/** What workers of one size have for the app after one of them is lost. */
export function appRoom(workers: number, size: { cpus: number; memoryBytes: number }) {
  const { milliCpus, memoryMebibytes } = appShare(size);
  const left = Math.max(0, workers - 1);
  return { milliCpus: left * milliCpus, memoryMebibytes: left * memoryMebibytes };
}

const GIBIBYTE = 2 ** 30;

/**
 * What a database node needs of its host.
 * @see https://www.cockroachlabs.com/docs/v26.2/recommended-production-settings#hardware
 */
export const DATABASE_NODE = {
  cpusMin: 4,
  memoryBytesPerCpu: 4 * GIBIBYTE,
  /** Advised for one virtual processor; with less, a site's loss leaves no room for its replicas elsewhere. */
  volumeBytesMin: 320 * GIBIBYTE,
  volumeBytesMax: 10 * 2 ** 40,
};

/**
 * The least worker that is large enough for what it carries: half of it is the database's, a quarter of its processors and
 * three eighths of its memory are for the rest. There an OSD takes 4 GiB, a monitor, a manager and gateways as much in turn;
 * the ingress, the observers, the poolers and the system need 1 processor and 4 GiB.
 */
export function leastWorker({ database, objects }: { database: boolean; objects: boolean }) {
  const rest = objects ? { cpus: 3, gibibytes: 12 } : { cpus: 1, gibibytes: 4 };
  const cpus = Math.max(rest.cpus * 4, database ? DATABASE_NODE.cpusMin * 2 : 0);
  const memoryBytes = Math.max(
    Math.ceil((rest.gibibytes * 8) / 3) * GIBIBYTE,
    database ? cpus * DATABASE_NODE.memoryBytesPerCpu : 0,
  );
  return { cpus, memoryBytes };
}
/** One OSD keeps a tenth of its disk free; a smaller disk fills before anybody is told. */
export const OBJECT_VOLUME_BYTES_MIN = 100 * GIBIBYTE;

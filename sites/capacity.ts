import type { Model } from './model.ts';

/** What one pod of the app asks for, named once: the manifests ask for it and the bounds of the autoscalers are judged by it. */
export const APP_REQUESTS = {
  api: { milliCpus: 500, memoryMebibytes: 512 },
  web: { milliCpus: 100, memoryMebibytes: 64 },
} as const;

/** A machine, or the part of one that somebody may count on. */
export interface Size {
  cpus: number;
  memoryBytes: number;
}
const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;

/** Who gets which part of a worker; `rest` is the object store, the ingress, the observers, the poolers and the system. */
const PARTS = {
  database: { cpus: 1 / 2, memory: 1 / 2 },
  app: { cpus: 1 / 4, memory: 1 / 8 },
  rest: { cpus: 1 / 4, memory: 3 / 8 },
} as const;
/** What of the rest is not the object store's. */
const BESIDE_OBJECTS = { cpus: 1, memoryBytes: 4 * GIBIBYTE };

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

/** What a database node gets of a worker: no more memory than goes with its processors. */
export function databaseShare({ cpus: all, memoryBytes }: Size): Size {
  const cpus = Math.max(1, Math.floor(all * PARTS.database.cpus));
  return {
    cpus,
    memoryBytes: Math.min(cpus * DATABASE_NODE.memoryBytesPerCpu, memoryBytes * PARTS.database.memory),
  };
}

/** The part of a worker that is the app's. */
const appShare = ({ cpus, memoryBytes }: Size) => ({
  milliCpus: cpus * 1000 * PARTS.app.cpus,
  memoryMebibytes: (memoryBytes / MEBIBYTE) * PARTS.app.memory,
});

/** The part of a worker that is the object store's. */
export const objectsShare = ({ cpus, memoryBytes }: Size) => ({
  milliCpus: (cpus * PARTS.rest.cpus - BESIDE_OBJECTS.cpus) * 1000,
  memoryMebibytes: (memoryBytes * PARTS.rest.memory - BESIDE_OBJECTS.memoryBytes) / MEBIBYTE,
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
export function appRoom(workers: number, size: Size) {
  const { milliCpus, memoryMebibytes } = appShare(size);
  const left = Math.max(0, workers - 1);
  return { milliCpus: left * milliCpus, memoryMebibytes: left * memoryMebibytes };
}

/** The least worker that is large enough for what it carries; an OSD takes 4 GiB, a monitor, a manager and gateways as much in turn. */
export function leastWorker({ database, objects }: { database: boolean; objects: boolean }) {
  const rest = {
    cpus: BESIDE_OBJECTS.cpus + (objects ? 2 : 0),
    memoryBytes: BESIDE_OBJECTS.memoryBytes + (objects ? 8 * GIBIBYTE : 0),
  };
  const cpus = Math.max(
    rest.cpus / PARTS.rest.cpus,
    database ? DATABASE_NODE.cpusMin / PARTS.database.cpus : 0,
  );
  const memoryBytes = Math.max(
    Math.ceil(rest.memoryBytes / PARTS.rest.memory / GIBIBYTE) * GIBIBYTE,
    database ? cpus * DATABASE_NODE.memoryBytesPerCpu : 0,
  );
  return { cpus, memoryBytes };
}
/** One OSD keeps a tenth of its disk free; a smaller disk fills before anybody is notified. */
export const OBJECT_VOLUME_BYTES_MIN = 100 * GIBIBYTE;
/** The largest disk that is sold has 122.88 TB, 111.8 TiB. */
export const OBJECT_VOLUME_BYTES_MAX = 112 * 2 ** 40;

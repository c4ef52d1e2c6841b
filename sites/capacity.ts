import type { Model } from './model.ts';
import { Size } from './size.ts';

/** What one pod of the app asks for, named once: the manifests ask for it and the bounds of the autoscalers are judged by it. */
export const APP_REQUESTS = {
  api: { milliCpus: 500, memory: Size.mebibytes(512) },
  web: { milliCpus: 100, memory: Size.mebibytes(64) },
} as const;

/** A machine, or the part of one that somebody may count on. */
export interface Capacity {
  cpus: number;
  memoryBytes: number;
}

/** Who gets which part of a worker; `rest` is the object store, the ingress, the observers, the poolers and the system. */
const PARTS = {
  database: { cpus: 1 / 2, memory: 1 / 2 },
  app: { cpus: 1 / 4, memory: 1 / 8 },
  rest: { cpus: 1 / 4, memory: 3 / 8 },
} as const;
/** What of the rest is not the object store's. */
const BESIDE_OBJECTS = { cpus: 1, memoryBytes: Size.gibibytes(4).bytes };

/**
 * What a database node needs of its host.
 * @see https://www.cockroachlabs.com/docs/v26.2/recommended-production-settings#hardware
 */
export const DATABASE_NODE = {
  cpusMin: 4,
  memoryBytesPerCpu: Size.gibibytes(4).bytes,
  /** Advised for one virtual processor; with less, a site's loss leaves no room for its replicas elsewhere. */
  volumeMin: Size.gibibytes(320),
  volumeMax: Size.tebibytes(10),
};

/** What a database node gets of a worker: no more memory than goes with its processors. */
export function databaseShare({ cpus: all, memoryBytes }: Capacity): Capacity {
  const cpus = Math.max(1, Math.floor(all * PARTS.database.cpus));
  return {
    cpus,
    memoryBytes: Math.min(cpus * DATABASE_NODE.memoryBytesPerCpu, memoryBytes * PARTS.database.memory),
  };
}

/** The part of a worker that is the app's. */
const appShare = ({ cpus, memoryBytes }: Capacity) => ({
  milliCpus: cpus * 1000 * PARTS.app.cpus,
  memoryBytes: memoryBytes * PARTS.app.memory,
});

/** The part of a worker that is the object store's. */
export const objectsShare = ({ cpus, memoryBytes }: Capacity) => ({
  milliCpus: (cpus * PARTS.rest.cpus - BESIDE_OBJECTS.cpus) * 1000,
  memoryBytes: memoryBytes * PARTS.rest.memory - BESIDE_OBJECTS.memoryBytes,
});

/** What the app asks for when both autoscalers stand at their upper bound and a rollout adds a pod to each. */
export function appDemand({ app }: Pick<Model, 'app'>) {
  const ask = (key: 'api' | 'web') => app[key].max + 1;
  return {
    milliCpus: ask('api') * APP_REQUESTS.api.milliCpus + ask('web') * APP_REQUESTS.web.milliCpus,
    memoryBytes: ask('api') * APP_REQUESTS.api.memory.bytes + ask('web') * APP_REQUESTS.web.memory.bytes,
  };
}

/** What workers of one size have for the app after one of them is lost. */
export function appRoom(workers: number, size: Capacity) {
  const { milliCpus, memoryBytes } = appShare(size);
  const left = Math.max(0, workers - 1);
  return { milliCpus: left * milliCpus, memoryBytes: left * memoryBytes };
}

/** The least worker that is large enough for what it carries; an OSD takes 4 GiB, a monitor, a manager and gateways as much in turn. */
export function leastWorker({ database, objects }: { database: boolean; objects: boolean }) {
  const rest = {
    cpus: BESIDE_OBJECTS.cpus + (objects ? 2 : 0),
    memoryBytes: BESIDE_OBJECTS.memoryBytes + (objects ? Size.gibibytes(8).bytes : 0),
  };
  const cpus = Math.max(
    rest.cpus / PARTS.rest.cpus,
    database ? DATABASE_NODE.cpusMin / PARTS.database.cpus : 0,
  );
  const memoryBytes = Math.max(
    Size.gibibytes(Size.bytes(rest.memoryBytes / PARTS.rest.memory).toGibibytes('ceil')).bytes,
    database ? cpus * DATABASE_NODE.memoryBytesPerCpu : 0,
  );
  return { cpus, memoryBytes };
}
/** One OSD keeps a tenth of its disk free; a smaller disk fills before anybody is notified. */
export const OBJECT_VOLUME_MIN = Size.gibibytes(100);
/** The largest disk that is sold has 122.88 TB, 111.8 TiB. */
export const OBJECT_VOLUME_MAX = Size.tebibytes(112);

import type { Bucket } from '#server/store/s3-store.ts';
import { type Ceph, startCeph } from '../../../../scripts/testing/lab/ceph.ts';
import { s3 } from '../../../../scripts/testing/lab/s3.ts';

const REALM = 'fredu';
const ZONE = 'lab';
const KEYS = { access: 'APPKEY', secret: 'appsecret' };
const BUCKET = 'education';

/** Ceph's gateway over one disk, and a bucket in it. */
export interface Objects {
  /** The port of the gateway. */
  port: number;
  /** The bucket, reached by a port of this machine: the gateway's own, or that of a way to it. */
  at(port: number, more?: Partial<Bucket>): Bucket;
  stop(): Promise<void>;
}

/** Starts it on a hundred ports from the first one, in about fifteen seconds; its folder is empty. */
export async function startObjects(folder: string, firstPort: number): Promise<Objects> {
  const ceph: Ceph = await startCeph({ name: ZONE, realm: REALM, folder, firstPort });
  const admin = (...words: string[]) => ceph.must('radosgw-admin', ...words, `--rgw-realm=${REALM}`);
  const keys = [`--access-key=${KEYS.access}`, `--secret=${KEYS.secret}`];
  await admin('realm', 'create', '--default');
  await admin('zonegroup', 'create', `--rgw-zonegroup=${REALM}`, '--master', '--default');
  const zone = [`--rgw-zonegroup=${REALM}`, `--rgw-zone=${ZONE}`];
  await admin('zone', 'create', ...zone, '--master', '--default');
  await admin('user', 'create', ...zone, '--uid=education', '--display-name=education', ...keys);
  await admin('period', 'update', '--commit', ...zone);
  await ceph.startGateway();
  const port = firstPort + 1;
  // With the first object the gateway makes the pools that it is kept in, which takes seconds.
  for (const [method, path] of [
    ['PUT', `/${BUCKET}`],
    ['PUT', `/${BUCKET}/first`],
    ['DELETE', `/${BUCKET}/first`],
  ] as const) {
    const { status } = await s3(`http://127.0.0.1:${port}`, KEYS, REALM, method, path);
    if (status >= 300) throw new Error(`the gateway answered ${status} to ${method} ${path}`);
  }
  return {
    port,
    at: (to, more = {}) => ({
      endpoint: `http://127.0.0.1:${to}`,
      writeEndpoint: undefined,
      bucket: BUCKET,
      region: REALM,
      accessKey: KEYS.access,
      secretKey: KEYS.secret,
      ...more,
    }),
    stop: () => ceph.stop(),
  };
}

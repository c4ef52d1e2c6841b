import { join } from 'node:path';
import { API, VARIABLES } from '#shared/contract.ts';
import { CannotStart } from './cannot-start.ts';
import type { DatabaseChoice } from './database/database.ts';
import type { Environment } from './environment.ts';
import type { Bucket } from './store/s3-store.ts';
import { type TracingChoice, tracingChoice } from './tracing/tracing.ts';

/** What a start of the app is configured with; everything has a default that works on one's own machine. */
export interface Settings {
  host: string;
  port: number;
  metricsPort: number;
  /** Where everything embedded keeps its data. */
  dataDir: string;
  database: DatabaseChoice;
  /** Where the built pages are; without them the app answers its API only. */
  webDir: string;
  /** The address that people see, without a slash at its end; where unset, what their browser asked for. */
  publicUrl: string | undefined;
  /** Whom to report security holes to: an e-mail address or the HTTPS address of a page; without it there is no `security.txt`. */
  securityContact: string | undefined;
  /** Code of the site that this process runs at. */
  site: string | undefined;
  /** What secrets in the database are sealed by, the present one first; where unset, a file beside an embedded database, else none. */
  keys: string[] | undefined;
  /** `host:port,host:port`; without them the cache is a part of this process. */
  memcachedServers: string | undefined;
  /** Changes that one person may ask of one process in a minute. */
  changesPerMinute: number;
  /** People who may sit behind one address, as in a school: what strangers may ask of us is allowed so many times. */
  peoplePerNetwork: number;
  /** A mail relay; without it letters stay in a folder. */
  smtpUrl: string | undefined;
  /** Where the bytes of files are; without it in a folder, and with `none` no files are taken. */
  bucket: Bucket | 'none' | undefined;
  /** Where traces go, by the standard variables of OpenTelemetry; without them nowhere. */
  tracing: TracingChoice | undefined;
}

/** The project's own folder, whatever the working directory. */
const PROJECT = join(import.meta.dirname, '../..');

/** Settings from variables and what the caller fixes. @throws CannotStart for a value that none can be made of */
export function settingsOf(environment: Environment, fixed: Partial<Settings> = {}): Settings {
  const read = (name: string) => environment[name]?.trim() || undefined;
  const dataDir = fixed.dataDir ?? join(PROJECT, '.fredu');
  const databaseUrl = read(VARIABLES.databaseUrl);
  return {
    host: read(VARIABLES.host) ?? '127.0.0.1',
    port: portOf(VARIABLES.port, read(VARIABLES.port) ?? String(API.port)),
    metricsPort: API.metricsPort,
    dataDir,
    database: databaseUrl
      ? {
          url: databaseUrl,
          ca: read(VARIABLES.databaseCa),
          cert: read(VARIABLES.databaseCert),
          key: read(VARIABLES.databaseKey),
        }
      : { folder: dataDir },
    webDir: join(PROJECT, 'app/web/dist'),
    publicUrl: publicUrlOf(read(VARIABLES.publicUrl)),
    securityContact: contactOf(read(VARIABLES.securityContact)),
    site: read(VARIABLES.region),
    keys: keysOf(read(VARIABLES.key)),
    memcachedServers: read(VARIABLES.memcached),
    changesPerMinute: countOf(VARIABLES.changesPerMinute, read(VARIABLES.changesPerMinute) ?? '300'),
    peoplePerNetwork: countOf(VARIABLES.peoplePerNetwork, read(VARIABLES.peoplePerNetwork) ?? '400'),
    smtpUrl: smtpUrlOf(read(VARIABLES.smtpUrl)),
    bucket: bucketOf(read),
    tracing: tracingChoice(environment, read(VARIABLES.region)),
    ...fixed,
  };
}

function smtpUrlOf(value: string | undefined): string | undefined {
  if (value === undefined || (URL.canParse(value) && /^smtps?:$/.test(new URL(value).protocol))) return value;
  throw new CannotStart(`${VARIABLES.smtpUrl} is no address of a relay; write smtp://user:password@host:587`);
}

function bucketOf(read: (name: string) => string | undefined): Settings['bucket'] {
  const endpoint = read(VARIABLES.s3Endpoint);
  const files = read(VARIABLES.files);
  if (files !== undefined && (files !== 'none' || endpoint !== undefined)) {
    const also = endpoint === undefined ? '' : ` beside ${VARIABLES.s3Endpoint}`;
    throw new CannotStart(
      `${VARIABLES.files} is ${JSON.stringify(files)}${also}; write none where there is no store, else leave it out`,
    );
  }
  if (endpoint === undefined) return files;
  const needed = (name: string): string => {
    const value = read(name);
    if (value !== undefined) return value;
    throw new CannotStart(`${VARIABLES.s3Endpoint} is set and ${name} is not; set it too`);
  };
  const writeEndpoint = read(VARIABLES.s3WriteEndpoint);
  for (const url of [endpoint, writeEndpoint ?? endpoint]) {
    if (!URL.canParse(url))
      throw new CannotStart(`${JSON.stringify(url)} is no address of S3; write https://s3.fredu.fr`);
  }
  return {
    endpoint,
    writeEndpoint,
    bucket: needed(VARIABLES.s3Bucket),
    region: read(VARIABLES.s3Region) ?? 'us-east-1',
    accessKey: needed(VARIABLES.s3AccessKey),
    secretKey: needed(VARIABLES.s3SecretKey),
  };
}

function portOf(name: string, value: string): number {
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new CannotStart(`${name} is ${JSON.stringify(value)}; a port is a number from 0 to 65535`);
}

function countOf(name: string, value: string): number {
  if (/^[1-9]\d{0,6}$/.test(value)) return Number(value);
  throw new CannotStart(`${name} is ${JSON.stringify(value)}; write a whole number from 1 to 9999999`);
}

/** As many letters as are drawn for it at least: 40 of a number in hexadecimal, 160 bits. */
const KEY_LETTERS = 32;

function keysOf(value: string | undefined): string[] | undefined {
  const keys = value?.split(',').map((key) => key.trim());
  if (keys === undefined || keys.every((key) => key.length >= KEY_LETTERS)) return keys;
  throw new CannotStart(
    `a key in ${VARIABLES.key} has fewer than ${KEY_LETTERS} letters; make one by \`openssl rand -hex 20\`, and put it before those of the past with a comma`,
  );
}

function contactOf(value: string | undefined): string | undefined {
  if (value === undefined || /^[^@\s]+@[^@\s/]+$/.test(value)) return value;
  if (URL.canParse(value) && new URL(value).protocol === 'https:') return value;
  throw new CannotStart(
    `${VARIABLES.securityContact} is ${JSON.stringify(value)}; write security@fredu.fr or https://fredu.fr/security`,
  );
}

function publicUrlOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url.origin;
  throw new CannotStart(`${VARIABLES.publicUrl} is ${JSON.stringify(value)}; write https://fredu.fr`);
}

import { join } from 'node:path';
import { API, VARIABLES } from '../contract.ts';
import { CannotStart } from './cannot-start.ts';
import type { DatabaseChoice } from './database/database.ts';

/** What a start of the app is told; everything has a default that works on one's own machine. */
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
  /** Code of the site that this process runs at. */
  site: string | undefined;
}

export type Environment = Record<string, string | undefined>;

/** The project's own folder, whatever the working directory. */
export const PROJECT = join(import.meta.dirname, '../..');

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
    site: read(VARIABLES.region),
    ...fixed,
  };
}

function portOf(name: string, value: string): number {
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new CannotStart(`${name} is ${JSON.stringify(value)}; a port is a number from 0 to 65535`);
}

function publicUrlOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url.origin;
  throw new CannotStart(`${VARIABLES.publicUrl} is ${JSON.stringify(value)}; write https://fredu.fr`);
}

import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Lab, labAt } from '#scripts/lib/lab/netns.ts';
import { CannotLook } from '#scripts/lib/main.ts';
import type { Filled } from './cluster/courses.ts';
import type { Layout, LineSettings, Size, TwinHost } from './parts.ts';

/** One twin a machine: where it keeps what its commands have to know of it. */
export const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'fredu');
const twinFolder = (): string => process.env.FREDU_TWIN ?? join(cacheFolder(), 'twin');

/** What was started, written beside the logs. */
export interface TwinState {
  size: Size;
  /** The folder with the files of the sites. */
  sites: string;
  domain: string;
  layout: Layout;
  /** What the app holds, where it runs. */
  app?: Filled;
  /** The path of kubectl, where there is a cluster. */
  kubectl?: string;
  /** What a person might look for in vain. */
  notThere: string[];
}

/** Something that was done to the twin, and when. */
export interface TwinEvent {
  /** Milliseconds since 1970, of this machine's clock. */
  at: number;
  what: string;
}

/** A twin that runs, for a command. */
export interface Running {
  folder: string;
  lab: Lab;
  state: TwinState;
}

/** @throws CannotLook when none runs */
export function running(): Running {
  const folder = twinFolder();
  const lab = labAt(folder);
  if (!lab || !existsSync(join(folder, 'state.json')))
    throw new CannotLook('no twin runs on this machine; npm run twin starts one');
  return { folder, lab, state: JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) };
}

export function save(folder: string, state: TwinState): void {
  writeFileSync(join(folder, 'state.json'), JSON.stringify(state), { mode: 0o600 });
}

/** What whoever is on call was told, a message a line. */
export const toldFile = (folder: string): string => join(folder, 'told.jsonl');

export const eventsOf = (folder: string): TwinEvent[] => lines<TwinEvent>(join(folder, 'events.jsonl'));
export function remember(folder: string, what: string): void {
  appendFileSync(
    join(folder, 'events.jsonl'),
    `${JSON.stringify({ at: Date.now(), what } satisfies TwinEvent)}\n`,
  );
}

/** A file with an object a line; the last line may be half written. */
export function lines<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as T];
      } catch {
        return [];
      }
    });
}

/** An empty folder for a new twin. What a killed one left on the disk goes. @throws CannotLook when one runs */
export function emptyFolder(): string {
  const folder = twinFolder();
  const lab = labAt(folder);
  if (lab)
    throw new CannotLook(
      `a twin runs already (process ${lab.holder.pid}); npm run twin -- status shows it, npm run twin -- stop ends it`,
    );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  return folder;
}

/** @throws CannotLook for a host that is not there, with the nearest name */
export function hostNamed({ state }: Running, name: string): TwinHost {
  const host = state.layout.hosts.find((each) => each.name === name);
  if (host) return host;
  throw new CannotLook(
    `there is no host ${name}; there are ${state.layout.hosts.map((each) => each.name).join(', ')}`,
  );
}

const lineFile = (folder: string, site: string): string => join(folder, `line-${site}.json`);
export const writeLine = (folder: string, site: string, settings: LineSettings): void =>
  writeFileSync(lineFile(folder, site), `${JSON.stringify(settings)}\n`);
export const readLine = (folder: string, site: string): LineSettings =>
  JSON.parse(readFileSync(lineFile(folder, site), 'utf8'));

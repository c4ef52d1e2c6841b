import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CannotLook } from '#scripts/lib/main.ts';
import { find } from '#scripts/lib/programs.ts';
import { run } from '#scripts/lib/run.ts';
import type { Family } from '#sites/address.ts';
import type { Model } from '#sites/model.ts';
import { type Door, openDoor } from './door.ts';
import { authorityFile, nameServer } from './people.ts';
import type { Running } from './state.ts';

/** How a browser of this machine sees the platform. */
export interface Browsing extends Door {
  /** A home for a browser, in which it trusts the twin's authority; nothing where certutil is missing. */
  home?: string;
}

/** Lets a browser of this machine in, by a proxy on its loopback address, until it is closed. @throws CannotLook when the student is off */
export async function browse(twin: Running, model: Model, families: readonly Family[]): Promise<Browsing> {
  const { lab, folder } = twin;
  const student = lab.at('student');
  if (!student) throw new CannotLook('student is off; npm run twin -- heal starts it');
  const file = join(folder, `way-in-${process.pid}.socket`);
  const script = join(import.meta.dirname, 'way-in.ts');
  const command = [process.execPath, script, file, nameServer(model), families.join()] as const;
  const door = await openDoor(file, student.inside(command), join(folder, 'way-in.log'));
  const home = await trustingHome(folder);
  return { ...door, ...(home ? { home } : {}) };
}

/** Where Debian's Chromium finds whom to trust. */
async function trustingHome(folder: string): Promise<string | undefined> {
  if (!find('certutil')) return undefined;
  const home = join(folder, 'browser');
  const store = join(home, '.pki/nssdb');
  if (existsSync(store)) return home;
  mkdirSync(store, { recursive: true });
  const database = ['-d', `sql:${store}`] as const;
  for (const args of [
    ['-N', '--empty-password'],
    ['-A', '-t', 'C,,', '-n', 'twin', '-i', authorityFile(folder)],
  ]) {
    const { code, stderr } = await run(['certutil', ...database, ...args]);
    if (code !== 0) throw new Error(`certutil ${args[0]}: ${stderr}`);
  }
  return home;
}

/** What a person is told. */
export function browseText({ state, folder }: Running, { port, home }: Browsing): string {
  const url = `https://${state.domain}/`;
  const trust = home ? `HOME=${home} ` : '';
  const person = state.app?.people[0];
  return [
    `${url} is seen by a browser whose proxy is http://127.0.0.1:${port} (this machine alone), for one:`,
    `  ${trust}chromium --proxy-server=http://127.0.0.1:${port} ${url}`,
    ...(home
      ? []
      : [
          `It must trust ${authorityFile(folder)}; with certutil (libnss3-tools) a home for it would be made here.`,
        ]),
    ...(person ? [`Sign in as ${person.email}, password “${state.app!.password}”.`] : []),
    'Ctrl-C ends it.',
  ].join('\n');
}

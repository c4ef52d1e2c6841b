import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { makeFolder } from './folder.ts';
import { CannotLook, cannot } from './main.ts';

/** Who holds a lock: enough for the next person to find them. */
interface Owner {
  pid: number;
  host: string;
  user: string;
  what: string;
  since: string;
}

/**
 * A file that one process at a time may own; a lock whose process is gone, on this host, is taken over.
 * @param what shown to a person who has to wait, such as `npm run procedure -- dc/plans/object-store-promote.yaml`
 * @param refusal what they read; @default who holds the file since when, and for what
 * @returns what gives it back
 * @throws CannotLook when another process holds it, or the folder cannot be written
 */
export function lock(
  path: string,
  { what, refusal = (owner) => held(path, owner) }: { what: string; refusal?: (owner?: Owner) => string },
): () => void {
  const own: Owner = {
    pid: process.pid,
    host: hostname(),
    user: userInfo().username,
    what,
    since: new Date().toISOString(),
  };
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw cannot('write', path, error); // a file in the folder's place is no lock
  }
  for (let tries = 0; ; tries += 1) {
    try {
      writeFileSync(path, `${JSON.stringify(own)}\n`, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannot('write', path, error);
    }
    const owner = ownerOf(path);
    if (tries === 0 && owner && owner.host === own.host && !isAlive(owner.pid)) {
      rmSync(path, { force: true }); // its owner was killed
      continue;
    }
    throw new CannotLook(refusal(owner));
  }
}

function held(path: string, owner?: Owner): string {
  const who = owner
    ? `${owner.user} on ${owner.host} (process ${owner.pid}) since ${owner.since}: ${owner.what}`
    : 'somebody, in words that cannot be read';
  return `${path} is held by ${who}; wait for that run, or remove the file once it is surely over`;
}

function ownerOf(path: string): Owner | undefined {
  try {
    const owner: Owner | number = JSON.parse(readFileSync(path, 'utf8'));
    // The number of the process alone, as releases before this one wrote it.
    return typeof owner === 'number'
      ? { pid: owner, host: hostname(), user: '', what: '', since: '' }
      : owner;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import * as fs from 'node:fs';
import { dirname } from 'node:path';

/** A folder with those above it. Not by `recursive`: below /proc that never returns. */
export function makeFolder(path: string): void {
  if (fs.statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  fs.mkdirSync(path);
}

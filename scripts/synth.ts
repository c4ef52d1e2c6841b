import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { artefacts } from '../charts/artefacts.ts';
import { load } from '../sites/load.ts';

const root = join(import.meta.dirname, '..');
const { model } = load(join(root, 'sites'));
for (const [path, text] of artefacts(model!, process.argv[2])) {
  mkdirSync(dirname(join(root, 'dist', path)), { recursive: true });
  writeFileSync(join(root, 'dist', path), text);
}

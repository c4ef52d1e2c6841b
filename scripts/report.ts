import { writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { artefacts } from '#charts/artefacts.ts';
import { type Report, report } from '#policies/diff/index.ts';
import type { Tree } from '#policies/law.ts';
import { makeFolder } from './lib/folder.ts';
import { CannotLook, cannot, main, options } from './lib/main.ts';
import { namedTree } from './lib/named-tree.ts';
import { loadModel, ROOT, SITES } from './lib/sites.ts';
import { verdicts } from './lib/verdicts.ts';
import { VERSION } from './lib/version.ts';
import { factsOf } from './report/facts.ts';
import { pageOf } from './report/page.ts';

const USAGE = `npm run report [-- --sites FOLDER] [--out FILE] [--since REF]
  Writes one page for people who would rather look: the map with who talks to whom, what every failure does, load, addresses,
  ports, versions, laws and what changed since REF, a commit (default HEAD) or a folder that synth wrote. The page needs no
  network. Default: dist/report.html. Ends with 1 where a law is broken, and writes the page all the same.`;

if (import.meta.main) {
  await main(async () => {
    const { values } = options(USAGE, {
      ...SITES,
      out: { type: 'string', default: join(ROOT, 'dist/report.html') },
      since: { type: 'string' },
    });
    const model = loadModel(values.sites);
    if (!model) return 1;
    const out = resolve(values.out);
    const tree = artefacts(model);
    const changes = await changesSince(values.since, tree, resolve(values.sites));
    const facts = factsOf(model, { version: VERSION, changes, tree });
    const page = pageOf(facts);
    write(out, page);
    const size = `${Math.ceil(Buffer.byteLength(page) / 1000)} kB`;
    const broken = facts.problems.length;
    process.stdout.write(
      `${relative(process.cwd(), out)} shows the platform (${size})${broken > 0 ? `; ${broken} findings of laws are on it` : ''}\n`,
    );
    return broken > 0 ? 1 : 0;
  });
}

/**
 * What changed; nobody has to have git, or the golden tree, who did not ask for it.
 *
 * @throws CannotLook for a ref that was asked for and is not there
 */
async function changesSince(since: string | undefined, tree: Tree, sites: string): Promise<Report | string> {
  try {
    const before = await namedTree(since ?? 'HEAD');
    const after = { name: `${relative(ROOT, sites) || '.'}/`, tree, sites };
    return report(
      before.tree,
      tree,
      { before: before.name, after: after.name },
      await verdicts(before, after),
    );
  } catch (error) {
    if (since !== undefined || !(error instanceof CannotLook)) throw error;
    return error.message;
  }
}

function write(file: string, text: string): void {
  try {
    makeFolder(dirname(file));
    writeFileSync(file, text);
  } catch (error) {
    throw cannot('write', file, error);
  }
}

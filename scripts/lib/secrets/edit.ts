import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, stringify, visit } from 'yaml';
import type { Model, Site } from '#sites/model.ts';
import { CannotLook } from '../main.ts';
import { withPrivateFolder } from './host-files.ts';
import { secretPath } from './site-secrets.ts';
import type { Tree } from './sops-file.ts';
import { setAt, valueAt } from './store.ts';
import { wanted } from './wanted.ts';

/**
 * The values of a site after a person has worked on them, in clear for no longer than that, in a folder that only they may
 * enter. What a person has to bring is there with an empty value.
 * @param editor opens a file and waits until the person is done; its exit code
 * @throws CannotLook where the editor fails, or what it left is no file of values; nothing is changed then
 */
export async function edited(
  model: Model,
  site: Site,
  { tree, editor }: { tree: Tree; editor: (path: string) => Promise<number> },
): Promise<Tree> {
  const shown = structuredClone(tree);
  const asked = wanted(model, site);
  for (const each of asked.secrets)
    if (each.by === undefined)
      for (const key of each.keys)
        if (valueAt(shown, secretPath(each, key)) === undefined) setAt(shown, secretPath(each, key), '');
  const notes = asked.secrets
    .filter(({ by }) => by === undefined)
    .map(
      ({ namespace, name, optional, how }) =>
        `#   ${namespace}/${name}${optional ? ' (may be missing)' : ''}: ${how.replace(/^you: /, '')}`,
    );
  return withPrivateFolder(async (folder) => {
    const path = join(folder, `${site.code}.yaml`);
    const head = [
      `# Secrets of ${site.code}, in clear as long as this editor is open. An empty value is a missing one.`,
      '# `npm run secrets -- make` and `npm run certs -- issue` fill in what is not yours to bring. Yours:',
      ...notes,
    ];
    writeFileSync(path, `${head.join('\n')}\n${stringify(shown, { lineWidth: 0 })}`, { mode: 0o600 });
    const code = await editor(path);
    if (code !== 0) throw new CannotLook(`the editor ended with ${code}; nothing was changed`);
    return values(readFileSync(path, 'utf8'), `the edited file of ${site.code}`);
  });
}

/** Reads values in clear; whatever is written is text. @throws CannotLook for what is no file of values */
export function values(text: string, shown: string): Tree {
  const document = parseDocument(text, { schema: 'failsafe' });
  const [broken] = document.errors;
  // Not the line itself: a secret may stand there.
  if (broken)
    throw new CannotLook(
      `${shown}, line ${broken.linePos?.[0].line ?? 1}: it is no YAML (${broken.code}); nothing was changed`,
    );
  visit(document, {
    Seq() {
      throw new CannotLook(`${shown} has a list, where names with values belong; nothing was changed`);
    },
    Alias() {
      throw new CannotLook(
        `${shown} has an alias (*), where a value belongs; write it out; nothing was changed`,
      );
    },
    Scalar(key, node) {
      if (node.type === 'PLAIN' && /^(null|~)?$/.test(String(node.value ?? '')) && key !== 'key')
        node.value = '';
    },
  });
  const value: unknown = document.toJS() ?? {};
  if (typeof value !== 'object' || value === null)
    throw new CannotLook(`${shown} is one value, where names with values belong; nothing was changed`);
  return without(value as Tree);
}

/** Empty values, and folders of nothing else, are not kept. */
function without(tree: Tree): Tree {
  const entries = Object.entries(tree).flatMap(([name, value]): [string, string | Tree][] => {
    if (typeof value === 'string') return value === '' ? [] : [[name, value]];
    const below = without(value);
    return Object.keys(below).length === 0 ? [] : [[name, below]];
  });
  return Object.fromEntries(entries);
}

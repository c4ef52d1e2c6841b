import type { Tree } from '../law.ts';

/** `protocol bgp router_ipv4 { … }` of a bird.conf, with what stands in it. */
export interface BirdBlock {
  /** All words before the bracket. */
  head: string;
  /** The last of them. */
  name: string;
  /** Statements, without the semicolon. */
  lines: string[];
  children: BirdBlock[];
}
const known = new WeakMap<Tree, Map<string, BirdFile>>();
interface BirdFile {
  lines: readonly string[];
  blocks: readonly BirdBlock[];
}

/** Every bird of the tree by its path, read once for all laws. */
export function birds(tree: Tree): ReadonlyMap<string, BirdFile> {
  const found =
    known.get(tree) ??
    new Map(
      [...tree.keys()]
        .filter((path) => path.endsWith('/etc/bird/bird.conf'))
        .map((path): [string, BirdFile] => {
          const { lines, children } = blockOf(tree.get(path)!);
          return [path, { lines, blocks: children }];
        }),
    );
  known.set(tree, found);
  return found;
}

function blockOf(text: string): BirdBlock {
  const whole: BirdBlock = { head: '', name: '', lines: [], children: [] };
  const open = [whole];
  const plain = text.replaceAll(/#.*$/gm, '');
  for (const [, words = '', mark] of plain.matchAll(/([^{};]*)([{};])/g)) {
    const said = words.trim().replaceAll(/\s+/g, ' ');
    const at = open.at(-1)!;
    if (mark === '{') {
      const block: BirdBlock = { head: said, name: said.split(' ').at(-1)!, lines: [], children: [] };
      at.children.push(block);
      open.push(block);
      continue;
    }
    if (said !== '') at.lines.push(said);
    if (mark === '}' && open.length > 1) open.pop();
  }
  return whole;
}

import type { Tree } from '../law.ts';

/** A block of a `keepalived.conf`: `vrrp_instance app_ipv4 { … }`. */
export interface Block {
  kind: string;
  name: string;
  /** Single lines, by their first word; what follows it. */
  values: ReadonlyMap<string, string>;
  /** Lines of inner blocks, by the name of the block. */
  lists: ReadonlyMap<string, readonly string[]>;
}
export interface KeepalivedConfig {
  path: string;
  host: string;
  blocks: readonly Block[];
}

const known = new WeakMap<Tree, KeepalivedConfig[]>();
/** Every keepalived of the tree, read once for all checks. */
export function keepaliveds(tree: Tree): KeepalivedConfig[] {
  const found =
    known.get(tree) ??
    [...tree].flatMap(([path, text]): KeepalivedConfig[] => {
      const [, host] = /\/([^/]+)\/etc\/keepalived\/keepalived\.conf$/.exec(path) ?? [];
      return host ? [{ path, host, blocks: blocksOf(text) }] : [];
    });
  known.set(tree, found);
  return found;
}

function blocksOf(text: string): Block[] {
  const blocks: { kind: string; name: string; values: Map<string, string>; lists: Map<string, string[]> }[] =
    [];
  let depth = 0;
  let list: string[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\s*[#!].*$/, '').trim();
    const [first = '', ...rest] = line.split(/\s+/);
    if (line === '') continue;
    if (line === '}') depth -= 1;
    else if (line.endsWith('{') && depth <= 0) {
      blocks.push({ kind: first, name: rest.slice(0, -1).join(' '), values: new Map(), lists: new Map() });
      depth = 1;
    } else if (line.endsWith('{')) {
      list = [];
      blocks.at(-1)?.lists.set(first, list);
      depth += 1;
    } else if (depth === 1) blocks.at(-1)!.values.set(first, rest.join(' '));
    else if (depth > 1) list.push(line);
  }
  return blocks;
}

export const ofKind = ({ blocks }: KeepalivedConfig, kind: string): Block[] =>
  blocks.filter((block) => block.kind === kind);

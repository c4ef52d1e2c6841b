import type { Data } from '../../reading/objects.ts';
import { empty, meaningful, put } from './lines.ts';

/** Blocks in braces, a statement a line: `head {`, statements, `}`. */
export interface Block {
  statements: string[];
  blocks: [string, Block][];
}

export function blocksOf(text: string): Block {
  const root: Block = { statements: [], blocks: [] };
  const open = [root];
  for (const line of meaningful(text, /^[#!]/)) {
    const bare = line.replace(/\s+#\s.*$/, '');
    if (bare.endsWith('{')) {
      const block: Block = { statements: [], blocks: [] };
      open.at(-1)!.blocks.push([bare.slice(0, -1).trim(), block]);
      open.push(block);
    } else if (/^\};?$/.test(bare)) {
      if (open.length > 1) open.pop();
    } else open.at(-1)!.statements.push(bare.replace(/;$/, ''));
  }
  return root;
}

/** Blocks of names alone: their lines are a set. */
const LISTS =
  /^(virtual_ipaddress|virtual_ipaddress_excluded|unicast_peer|group|track_interface|track_script)$/;
/** What is tried from top to bottom. */
const PROGRAMS = /^(filter|function)\b/;

/** Keepalived and bird, and zones.conf of a name server: keys and values. */
export function keyed({ statements, blocks }: Block): Data {
  const found = empty();
  for (const [head, block] of blocks) {
    const name = head.replaceAll('"', '');
    if (LISTS.test(head)) found[name] = block.statements;
    else if (PROGRAMS.test(head)) found[name] = { rules: block.statements };
    else put(found, name, keyed(block));
  }
  for (const line of statements) {
    const [, key = line, value = ''] =
      /^([a-z_]+ [a-z_]+(?= \S)|[\w-]+)\s+(\S.*)$/.exec(line.replace(/;$/, '')) ?? [];
    put(found, key, value);
  }
  return found;
}

/** nftables: sets by name, chains by name with their rules in order. */
export function nftables(text: string): Data {
  const found = empty();
  const root = blocksOf(text);
  for (const [head, block] of root.blocks) found[head] = shaped(block);
  const defines = root.statements.filter((line) => line.startsWith('define '));
  for (const line of defines) {
    const [name = '', value = ''] = line.slice('define '.length).split(/\s*=\s*/);
    found[`define ${name}`] = value;
  }
  return found;
}
const shaped = ({ statements, blocks }: Block): Data => ({
  ...Object.fromEntries(
    blocks.map(([head, block]) => [head, head.startsWith('set ') ? setOf(block) : chain(block)]),
  ),
  ...(statements.length > 0 ? { statements } : {}),
});
const setOf = ({ statements }: Block): Data =>
  Object.fromEntries(
    statements.map((line) => {
      const [, key = line, value = ''] = /^(\w+)\s*=?\s*(.*)$/.exec(line) ?? [];
      return [key, key === 'elements' ? value.replaceAll(/[{}\s]/g, '').split(',') : value];
    }),
  );
const chain = ({ statements }: Block): Data => {
  const head = statements.filter((line) => /^type \w+ hook /.test(line));
  return {
    ...(head.length > 0 ? { hook: head.join('; ') } : {}),
    rules: statements.filter((line) => !head.includes(line)),
  };
};

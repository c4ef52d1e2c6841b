import type { Broken, NamedCheck } from '../../named/check.ts';
import { type Block, type KeepalivedConfig, keepaliveds, ofKind } from '../../reading/keepalived-config.ts';

/** A named check of blocks of one kind, or of `global_defs`. */
export interface KeepalivedRow extends Omit<NamedCheck, 'breaks'> {
  kind: 'global_defs' | 'vrrp_instance' | 'vrrp_script' | 'vrrp_sync_group';
  broken(block: Block, config: KeepalivedConfig): string | false | undefined;
}

export const number = ({ values }: Block, key: string): number => Number(values.get(key) ?? Number.NaN);
/** Rows about `keepalived.conf`, as checks `keepalived/…`. */
export const keepalivedPack = (rows: readonly KeepalivedRow[]): NamedCheck[] =>
  rows.map(({ kind, broken, ...row }) => ({
    ...row,
    id: `keepalived/${row.id}`,
    breaks: (tree) =>
      keepaliveds(tree).flatMap((config) =>
        blocksOf(config, kind).flatMap((block): Broken[] => {
          const fact = broken(block, config);
          const name = block.name || kind;
          return fact
            ? [
                {
                  path: config.path,
                  text: [kind, block.name].join(' ').trim(),
                  object: `keepalived/${config.host}/${name}`,
                  fact,
                },
              ]
            : [];
        }),
      ),
  }));

/** Blocks of a kind; a file without `global_defs` has an empty one. */
const blocksOf = (config: KeepalivedConfig, kind: KeepalivedRow['kind']): Block[] => {
  const found = ofKind(config, kind);
  return found.length > 0 || kind !== 'global_defs'
    ? found
    : [{ kind, name: '', values: new Map(), lists: new Map() }];
};

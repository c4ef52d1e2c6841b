import type { Broken, NamedCheck } from '../../named/check.ts';
import {
  type HaproxyConfig,
  haproxies,
  type Line,
  lines,
  type ProxySection,
  proxies,
  type Section,
} from '../../reading/haproxy-config.ts';

/** A named check of the `global` section, of each proxy, or of each server of one. */
export interface HaproxyRow extends Omit<NamedCheck, 'breaks'> {
  global?(section: Section, config: HaproxyConfig): string | false | undefined;
  proxy?(proxy: ProxySection): string | false | undefined;
  server?(server: Line, proxy: ProxySection): string | false | undefined;
}

/** Rows about `haproxy.cfg`, as checks `haproxy/…`. */
export const haproxyPack = (rows: readonly HaproxyRow[]): NamedCheck[] =>
  rows.map(({ global, proxy, server, ...row }) => ({
    ...row,
    id: `haproxy/${row.id}`,
    breaks: (tree) =>
      haproxies(tree).flatMap((config): Broken[] => {
        const { path, host } = config;
        const found = (text: string, name: string, fact: string | false | undefined): Broken[] =>
          fact ? [{ path, text, object: `haproxy/${host}/${name}`, fact }] : [];
        const section = config.sections.find(({ kind }) => kind === 'global') ?? EMPTY;
        const all = proxy || server ? proxies(config) : [];
        return [
          ...(global ? found('global', 'global', global(section, config)) : []),
          ...(proxy ? all.flatMap((each) => found(`${each.kind} ${each.name}`, each.name, proxy(each))) : []),
          ...(server
            ? all.flatMap((each) =>
                lines(each, 'server').flatMap((line) =>
                  found(line.text, `${each.name}/${line.words[1]}`, server(line, each)),
                ),
              )
            : []),
        ];
      }),
  }));

const EMPTY: Section = { kind: 'global', name: '', lines: [] };

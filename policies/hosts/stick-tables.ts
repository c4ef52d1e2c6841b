import { hostsOf } from '#sites/questions.ts';
import type { Finding, Policy } from '../law.ts';

/**
 * What an entry takes at most: about 50 bytes for an IPv4 key and 60 for an IPv6 one, and what is counted beside it.
 * @see https://docs.haproxy.org/2.6/configuration.html#stick-table
 */
const ENTRY_BYTES = 60;
const COUNTER_BYTES = 12;
/** Of an edge's memory: connections need the rest. */
const SHARE_MAX = 0.05;

export const stickTables: Policy = {
  id: 'stick-tables',
  title: 'both edges share what they count of clients, and the tables fit beside their connections',
  why: 'After a takeover an edge that counts from nothing lets every flood in once more. A table that is full forgets whom it should refuse, and one that outgrows a small host ends HAProxy for everybody.',
  check: (model, tree) =>
    model.sites
      .filter(({ edge }) => edge?.kind === 'haproxy')
      .flatMap((site) => {
        const edges = hostsOf(site, 'edge');
        return edges.flatMap((host): Finding[] => {
          const path = `${site.code}/hosts/${host.name}/etc/haproxy/haproxy.cfg`;
          const text = tree.get(path) ?? '';
          const found = (at: string, message: string, fix: string): Finding => ({
            path,
            text: at,
            message: `${host.name}: ${message}`,
            fix,
          });
          const peers = new Map(
            [...text.matchAll(/^peers (\S+)\n((?: .*\n)*)/gm)].map(([, name = '', body = '']) => [
              name,
              [...body.matchAll(/^\s+peer (\S+)/gm)].map((match) => match[1]),
            ]),
          );
          const tables = [...text.matchAll(/stick-table type (\S+) size (\d+)([kmg]?).*/g)];
          const bytes = tables.reduce(
            (sum, [line, , size, unit]) =>
              sum +
              Number(size) *
                (UNIT[unit!] ?? 1) *
                (ENTRY_BYTES + COUNTER_BYTES * (/store (\S+)/.exec(line)?.[1]?.split(',').length ?? 0)),
            0,
          );
          const most = host.memoryBytes * SHARE_MAX;
          const missing = ['ip', 'ipv6'].filter(
            (type) => !tables.some((match) => match[1] === type || (type === 'ip' && match[1] === 'ipv4')),
          );
          return [
            ...missing.map((type) =>
              found(
                'stick-table',
                `it counts no clients of type ${type}`,
                `add a stick-table of type ${type}`,
              ),
            ),
            ...tables.flatMap(([line]) => {
              const shared = peers.get(/\bpeers (\S+)/.exec(line)?.[1] ?? '');
              const absent = edges.filter(({ name }) => !shared?.includes(name));
              return absent.length === 0
                ? []
                : [
                    found(
                      line,
                      `what it counts is not shared with ${absent.map(({ name }) => name).join(', ')}`,
                      'name a peers section with every edge',
                    ),
                  ];
            }),
            ...(new RegExp(`^\\s+localpeer ${host.name}$`, 'm').test(text)
              ? []
              : [
                  found(
                    'global',
                    'it does not know which of the peers it is',
                    `write \`localpeer ${host.name}\``,
                  ),
                ]),
            ...(bytes <= most
              ? []
              : [
                  found(
                    'stick-table',
                    `its tables may take ${mebibytes(bytes)} MiB of ${mebibytes(host.memoryBytes)}`,
                    'make them smaller',
                  ),
                ]),
          ];
        });
      }),
};
const UNIT: Record<string, number> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

import type { Tree } from '../law.ts';
import { durationSeconds } from './database-tree.ts';
import type { Data } from './objects.ts';
import { jsonOf } from './texts.ts';

const SQL_PORT = 26257;

/** How something that spreads clients over database nodes asks them whether they are well. */
export interface Balancer {
  path: string;
  /** Section of the file, or name of the resource. */
  name: string;
  /** What stands in the file, to point at. */
  text: string;
  /** Addresses of the nodes that it dials. */
  servers: string[];
  /** Names that it expects in their certificates. */
  names: string[];
  /** The check: over TLS, with the certificate verified where the program can. */
  tls: boolean;
  verified: boolean;
  /** Answers that count as well. */
  status: string;
  probe: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  fall: number;
}

/** Every balancer of the tree before database nodes: HAProxy on hosts, Octavia in an OpenStack stack. */
export const balancers = (tree: Tree): Balancer[] =>
  [...tree].flatMap(([path, text]) => {
    if (/\/etc\/haproxy\/.*\.cfg$/.test(path)) return haproxy(path, text);
    if (/\/openstack\/.*\.json$/.test(path)) return octavia(path, text);
    return [];
  });

function haproxy(path: string, text: string): Balancer[] {
  const sections = text.split(
    /^(?=(?:global|defaults|frontend|backend|listen|peers|userlist|resolvers|program|cache|ring|mailers|http-errors)\b)/m,
  );
  return sections.flatMap((section): Balancer[] => {
    const lines = section.split('\n').map((line) => line.trim());
    const servers = lines.filter((line) => new RegExp(String.raw`^server \S+ \S+:${SQL_PORT}\b`).test(line));
    if (servers.length === 0) return [];
    // Each server with what it inherits; the loosest of them is what counts.
    const inherited = lines.filter((line) => line.startsWith('default-server')).join(' ');
    const all = servers.map((line) => `${inherited} ${line}`);
    const word = (line: string, key: string) =>
      new RegExp(String.raw`\s${key}\s+(\S+)`).exec(line)?.[1] ?? '';
    const time = (value: string) => durationSeconds(/^\d+$/.test(value) ? `${value}ms` : value);
    const send = lines.find((line) => line.startsWith('http-check send')) ?? '';
    const timeout = lines.find((line) => line.startsWith('timeout check'))?.split(/\s+/)[2];
    const intervalSeconds = Math.max(...all.map((line) => time(word(line, 'inter') || '2s')));
    return [
      {
        path,
        name: lines[0]!,
        text: servers[0]!,
        servers: servers.map((line) =>
          line
            .split(/\s+/)[2]!
            .replace(/:\d+$/, '')
            .replace(/^\[|\]$/g, ''),
        ),
        names: all.map((line) => word(line, 'verifyhost')).filter((name) => name !== ''),
        tls: all.every((line) => /\s(check-ssl|ssl)\b/.test(line)),
        verified: all.every((line) => word(line, 'verify') === 'required' && word(line, 'verifyhost') !== ''),
        status:
          /^http-check expect\s+(?:\S+\s+)*?status\s+(\S+)/m.exec(lines.join('\n'))?.[1] ?? '2xx and 3xx',
        probe: / uri (\S+)/.exec(send)?.[1] ?? '',
        intervalSeconds,
        timeoutSeconds: timeout ? time(timeout) : intervalSeconds,
        fall: Math.max(...all.map((line) => Number(word(line, 'fall') || 3))),
      },
    ];
  });
}

function octavia(path: string, text: string): Balancer[] {
  const resources: Data = jsonOf(text)?.resource ?? {};
  const all = (kind: string): Data[] => Object.values(resources[`openstack_lb_${kind}_v2`] ?? {});
  const members = all('member').filter((member) => member.protocol_port === SQL_PORT);
  return [...new Set(members.map((member) => member.pool_id))].flatMap((pool): Balancer[] => {
    const mine = members.filter((member) => member.pool_id === pool);
    const monitor = all('monitor').find((each) => each.pool_id === pool);
    return [
      {
        path,
        name: `pool ${pool}`,
        text: monitor?.name ?? String(pool),
        servers: mine.map((member) => member.address),
        names: [],
        tls: monitor?.type === 'HTTPS',
        // Octavia asks over TLS and has no field for an authority.
        verified: true,
        status: monitor?.expected_codes ?? 'nothing',
        probe: monitor?.url_path ?? '',
        intervalSeconds: monitor?.delay ?? Number.NaN,
        timeoutSeconds: monitor?.timeout ?? Number.NaN,
        fall: monitor?.max_retries_down ?? 3,
      },
    ];
  });
}

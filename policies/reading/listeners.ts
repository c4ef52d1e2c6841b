import type { Flow } from '#sites/traffic/flows.ts';

/** Something that takes packets from outside its host. */
export interface Listener {
  protocol: Flow['protocol'];
  /** Absent where it listens on all of them. */
  address?: string;
  /** Absent for protocols without ports. */
  port?: number;
  path: string;
  text: string;
}
/** What a file makes its daemon listen on, but for loopback. */
export function listeners(path: string, name: string, text: string): Listener[] {
  const at = (protocol: Flow['protocol'], words: string, socket: string): Listener => {
    const address = socket.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    return {
      protocol,
      ...(/^(|\*|0\.0\.0\.0|::)$/.test(address) ? {} : { address }),
      port: Number(/(\d+)$/.exec(socket)?.[1]),
      path,
      text: words,
    };
  };
  const each = (pattern: RegExp): Listener[] =>
    [...text.matchAll(pattern)].map(([words, socket]) => at('tcp', words, socket!));
  return READERS.filter((reader) => reader.name.test(name))
    .flatMap((reader) => reader.read({ path, text, each }))
    .filter(({ address }) => !address || !(address.startsWith('127.') || address === '::1'));
}

interface Reading {
  path: string;
  text: string;
  each(pattern: RegExp): Listener[];
}
const READERS: { name: RegExp; read(reading: Reading): Listener[] }[] = [
  {
    name: /^etc\/haproxy\/haproxy\.cfg$/,
    read({ text, each }) {
      const self = /^\s*localpeer (\S+)/m.exec(text)?.[1];
      return [
        ...each(/^\s*bind (\S+)/gm),
        ...(self ? each(new RegExp(`^\\s*peer ${self} (\\S+)`, 'gm')) : []),
      ];
    },
  },
  {
    name: /^etc\/systemd\/system\/.*\.service$/,
    read: ({ each }) => each(/--(?:listen|http|sql)-addr=(\S+)/g),
  },
  { name: /^etc\/default\/prometheus-/, read: ({ each }) => each(/--web\.listen-address=([^\s"]+)/g) },
  {
    name: /^etc\/ssh\/sshd_config\.d\//,
    read({ path, text, each }) {
      const named = each(/^ListenAddress (\S+)/gm);
      const words = text.split('\n')[0]!;
      return named.length > 0 ? named : [{ protocol: 'tcp', port: 22, path, text: words }];
    },
  },
  {
    name: /^etc\/chrony\/chrony\.conf$/,
    read: ({ path, text }) =>
      /^port 0$/m.test(text) && !/^allow/m.test(text)
        ? []
        : [{ protocol: 'udp', port: 123, path, text: text.split('\n')[0]! }],
  },
  {
    name: /^etc\/bird\/bird\.conf$/,
    read: ({ path, text }) => [
      ...(/^protocol bgp/m.test(text)
        ? [{ protocol: 'tcp', port: 179, path, text: 'protocol bgp' } as const]
        : []),
      ...(/^protocol bfd/m.test(text)
        ? [{ protocol: 'udp', port: 3784, path, text: 'protocol bfd' } as const]
        : []),
    ],
  },
  {
    name: /^etc\/keepalived\/keepalived\.conf$/,
    read: ({ path, text }) =>
      /^vrrp_instance/m.test(text) ? [{ protocol: 'vrrp', path, text: 'vrrp_instance' }] : [],
  },
];

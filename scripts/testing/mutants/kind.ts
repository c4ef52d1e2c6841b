/**
 * What a file of the tree is, whichever site's it is: `hosts etc/nftables.conf`, `kubernetes Deployment`, `inventory kubespray/hosts.yaml`.
 * ConfigMaps are distinguished by name, for each is another program's file.
 */
export function kindOf(path: string): string {
  const [place = '', room = '', ...rest] = path.split('/');
  if (room === 'kubernetes') {
    const [, kind = '', name = ''] = /^([a-z]+)-(.+)\.yaml$/.exec(rest.at(-1) ?? '') ?? [];
    return kind === 'configmap' ? `kubernetes configmap ${name}` : `kubernetes ${kind || rest.at(-1)}`;
  }
  if (room === 'hosts') return `hosts ${rest.slice(1).join('/')}`;
  if (room === 'front-firewall')
    return `front-firewall ${(rest.length > 1 ? rest.slice(1) : rest).join('/')}`;
  if (room === 'cloud-init') return 'cloud-init';
  return place === 'platform' ? `platform ${[room, ...rest].join('/')}` : `${room} ${rest.join('/')}`.trim();
}

/** The row of the table that a kind is counted in. */
export function groupOf(kind: string): string {
  const [room = '', rest = ''] = kind.split(/ (.*)/);
  if (room === 'hosts' || room === 'front-firewall') return `${room} ${program(rest)}`;
  if (room === 'kubernetes') return rest.startsWith('configmap') ? 'kubernetes configmap' : kind;
  if (room === 'platform') return `${room} ${rest.split('/')[0]}`;
  return room === 'inventory' ? `${room} ${rest.split('/')[0]}` : room;
}

const PROGRAMS: [pattern: RegExp, program: string][] = [
  [/nftables/, 'nftables'],
  [/haproxy\.cfg/, 'haproxy'],
  [/keepalived/, 'keepalived'],
  [/bird/, 'bird'],
  [/conntrackd/, 'conntrackd'],
  [/ssh/, 'ssh'],
  [/chrony/, 'chrony'],
  [/systemd\/network/, 'networkd'],
  [/systemd/, 'systemd'],
  [/(sbin|libexec)\//, 'scripts'],
  [/pfsense|rules\.md/, 'pfsense'],
];
const program = (path: string): string =>
  PROGRAMS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other files';

import { type Address, FAMILIES, preferred } from '#sites/address.ts';
import type { Host, Site } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import { USER } from '../hosts/access.ts';
import { comment } from '../quote.ts';

export interface SshConfigProps {
  site: Site;
  /** The networks that they come from. */
  administrators: readonly Address[];
}

/** `ssh_config` of a site: every host by its name, through the site's bastion where it has one. */
export function sshConfig({ site, administrators }: SshConfigProps): string {
  const bastions = hostsOf(site, 'bastion');
  // One of them is enough: several here would be one behind the other.
  const jump = bastions[0]?.name ?? '';
  const entry = (host: Host): string[] => {
    const direct = host.role === 'bastion' || jump === '';
    return [
      '',
      `Host ${host.name} ${host.fqdn}`,
      `  HostName ${direct ? opened(host, administrators) : preferred(host.address)}`,
      ...(direct ? [] : [`  ProxyJump ${jump}`]),
    ];
  };
  return [
    `# ${comment(site.name)}: ssh -F ssh_config <host>`,
    ...[...bastions, ...site.hosts.filter((host) => host.role !== 'bastion')].flatMap(entry),
    '',
    `Host ${site.code}-* *.${site.domain}`,
    `  User ${USER}`,
    '  IdentitiesOnly yes',
    '  StrictHostKeyChecking yes',
    `  UserKnownHostsFile ~/.config/fredu/known_hosts.${site.code}`,
    '  ForwardAgent no',
    '  ServerAliveInterval 15',
    `# Administrators come from ${administrators.map(({ text }) => text).join(', ')}`,
    '',
  ].join('\n');
}

/** Where administrators reach a host from outside: in the first family that they and the host have. */
function opened({ address, public: open }: Host, administrators: readonly Address[]): string {
  const theirs = FAMILIES.filter((family) => administrators.some((each) => each.family === family));
  return preferred(Object.fromEntries(theirs.map((family) => [family, open[family] ?? address[family]])));
}

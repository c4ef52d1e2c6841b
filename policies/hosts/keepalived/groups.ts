import { type Block, ofKind } from '../../reading/keepalived-config.ts';
import { type KeepalivedRow, number } from './keepalived-pack.ts';

const tracked = ({ lists }: Block): string[] =>
  (lists.get('track_script') ?? []).map((line) => line.split(/\s+/)[0]!);

/** The process and whom its scripts run as. */
export const PROCESS: KeepalivedRow[] = [
  {
    id: 'script-security',
    kind: 'global_defs',
    title: 'no script runs that others than root may write',
    avoid: 'global_defs without enable_script_security',
    fix: 'write `enable_script_security`',
    why: 'Anybody who may write the script is root at the next check.',
    broken: ({ values }) =>
      !values.has('enable_script_security') && 'runs whatever script stands there, as root',
  },
  {
    id: 'script-user',
    kind: 'global_defs',
    title: 'checks run as a user of their own',
    avoid: 'script_user root with a vrrp_script',
    fix: 'write `script_user keepalived_script`',
    why: 'A check reads what a server answers, twice a second, as root.',
    broken: ({ values }, config) =>
      ofKind(config, 'vrrp_script').length > 0 &&
      /^(root\b.*)?$/.test(values.get('script_user') ?? '') &&
      'runs its checks as root',
  },
  {
    id: 'version-2',
    kind: 'global_defs',
    title: 'VRRP is of version 3',
    avoid: 'vrrp_version 2',
    fix: 'write `vrrp_version 3`',
    why: 'Version 2 knows neither IPv6 nor parts of a second: a takeover lasts four of them.',
    broken: ({ values }) =>
      values.get('vrrp_version') !== '3' && `speaks VRRP ${values.get('vrrp_version') ?? 2}`,
  },
];

/** What makes a box step back: scripts, and groups that track them. */
export const GROUPS: KeepalivedRow[] = [
  {
    id: 'script-slow',
    kind: 'vrrp_script',
    title: 'a check ends before the next one begins',
    avoid: 'timeout equal to interval',
    fix: 'write `timeout` less than `interval`',
    why: 'A check that hangs never fails.',
    broken: (block) =>
      !(number(block, 'timeout') < number(block, 'interval')) &&
      'may take longer than the time to the next one',
  },
  {
    id: 'script-flaps',
    kind: 'vrrp_script',
    title: 'a check that was well once is not yet well',
    avoid: 'rise 1',
    fix: 'write `rise 2`',
    why: 'The address goes to and fro with every hiccup of a server.',
    broken: (block) => !(number(block, 'rise') >= 2) && 'takes its address back after one good check',
  },
  {
    id: 'script-weight',
    kind: 'vrrp_script',
    title: 'a check that fails is a fault',
    avoid: 'weight -20',
    fix: 'take `weight` out',
    why: 'keepalived ignores a weight in a group: a dead balancer keeps its address.',
    broken: (block, config) =>
      Math.abs(number(block, 'weight')) > 0 &&
      ofKind(config, 'vrrp_sync_group').some((group) => tracked(group).includes(block.name)) &&
      'has a weight, which a group ignores',
  },
  {
    id: 'script-undefined',
    kind: 'vrrp_sync_group',
    title: 'a script that is tracked is there',
    avoid: 'track_script { gone }',
    fix: 'define it in a `vrrp_script`',
    why: 'keepalived leaves it out and never steps back.',
    broken: (block, config) => {
      const missing = tracked(block).find(
        (name) => !ofKind(config, 'vrrp_script').some((script) => script.name === name),
      );
      return missing && `tracks ${missing}, which is no script`;
    },
  },
  {
    id: 'group-of-strangers',
    kind: 'vrrp_sync_group',
    title: 'a group has members that are there',
    avoid: 'group { gone }',
    fix: 'name a `vrrp_instance` of the file',
    why: 'keepalived leaves a group without members out, and families move alone.',
    broken: (block, config) => {
      const missing = (block.lists.get('group') ?? []).find(
        (name) => !ofKind(config, 'vrrp_instance').some((instance) => instance.name === name),
      );
      return missing && `has the member ${missing}, which is no instance`;
    },
  },
  {
    id: 'never-steps-back',
    kind: 'vrrp_sync_group',
    title: 'a group steps back when something fails',
    avoid: 'a vrrp_sync_group without track_script and track_interface',
    fix: 'add a `track_script`, or a `track_interface`',
    why: 'The box whose balancer or uplink is gone keeps the address.',
    broken: ({ lists }) =>
      !lists.has('track_script') && !lists.has('track_interface') && 'steps back for nothing',
  },
];

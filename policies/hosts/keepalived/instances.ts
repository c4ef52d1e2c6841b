import { type Block, type KeepalivedConfig, ofKind } from '../../reading/keepalived-config.ts';
import { type KeepalivedRow, number } from './keepalived-pack.ts';

const addresses = ({ lists }: Block): string[] =>
  (lists.get('virtual_ipaddress') ?? []).map((line) => line.split(/\s+/)[0]!);
const inGroup = (config: KeepalivedConfig, instance: Block): boolean =>
  ofKind(config, 'vrrp_sync_group').some(({ lists }) => lists.get('group')?.includes(instance.name));

/** Each virtual router: what it is, what it holds, whom it hears. */
export const INSTANCES: KeepalivedRow[] = [
  {
    id: 'starts-as-master',
    kind: 'vrrp_instance',
    title: 'nobody starts as master',
    avoid: 'state MASTER',
    fix: 'write `state BACKUP`',
    why: 'It takes the address before it has heard whether somebody has it: two answer.',
    broken: ({ values }) =>
      values.get('state') !== 'BACKUP' && `starts as ${values.get('state') ?? 'nothing'}`,
  },
  {
    id: 'password-in-clear-text',
    kind: 'vrrp_instance',
    title: 'no password travels in clear text',
    avoid: 'authentication { auth_type PASS … }',
    fix: 'take `authentication` out: the firewall admits the peers alone',
    why: 'The standard took it out in 2004: anybody who hears one packet has it, and eight letters of it count.',
    broken: ({ lists }) => lists.has('authentication') && 'sends a password in clear text',
  },
  {
    id: 'router-number',
    kind: 'vrrp_instance',
    title: 'a virtual router has a number from 1 to 255',
    avoid: 'virtual_router_id 300',
    fix: 'write a `virtual_router_id` from 1 to 255',
    why: 'keepalived leaves the instance out and starts without it.',
    broken: (block) => {
      const id = number(block, 'virtual_router_id');
      return !(id >= 1 && id <= 255) && `has the number ${block.values.get('virtual_router_id') ?? 'none'}`;
    },
  },
  {
    id: 'router-number-twice',
    kind: 'vrrp_instance',
    title: 'a number is of one virtual router of an interface',
    avoid: 'virtual_router_id 51 twice on eth0',
    fix: 'give each its own `virtual_router_id`',
    why: 'Both take the advertisements of the other for their own.',
    broken: (block, config) =>
      ofKind(config, 'vrrp_instance').some(
        (other) =>
          other !== block &&
          other.values.get('virtual_router_id') === block.values.get('virtual_router_id') &&
          other.values.get('interface') === block.values.get('interface') &&
          other.name > block.name,
      ) && `has the number ${block.values.get('virtual_router_id')} of another`,
  },
  {
    id: 'priority-range',
    kind: 'vrrp_instance',
    title: 'a priority is from 1 to 254',
    avoid: 'priority 255',
    fix: 'write a `priority` from 1 to 254',
    why: '255 is the owner of the address, who never steps back; 0 says that one leaves.',
    broken: (block) => {
      const priority = number(block, 'priority');
      return (
        !(priority >= 1 && priority <= 254) && `has the priority ${block.values.get('priority') ?? 'none'}`
      );
    },
  },
  {
    id: 'advertises-seldom',
    kind: 'vrrp_instance',
    title: 'a master is heard every second',
    avoid: 'advert_int 10',
    fix: 'write `advert_int 1`, or less',
    why: 'An address is without anybody for three times as long.',
    broken: (block) => {
      const seconds = number(block, 'advert_int');
      return !(seconds > 0 && seconds <= 1) && `is heard every ${block.values.get('advert_int') ?? '?'} s`;
    },
  },
  {
    id: 'no-interface',
    kind: 'vrrp_instance',
    title: 'a virtual router has an interface',
    avoid: 'vrrp_instance without interface',
    fix: 'write `interface` with its name',
    why: 'keepalived does not start.',
    broken: ({ values }) => !values.get('interface') && 'has no interface',
  },
  {
    id: 'no-address',
    kind: 'vrrp_instance',
    title: 'a virtual router has an address',
    avoid: 'vrrp_instance without virtual_ipaddress',
    fix: 'add a `virtual_ipaddress`',
    why: 'It elects a master of nothing.',
    broken: (block) => addresses(block).length === 0 && 'holds no address',
  },
  {
    id: 'two-families',
    kind: 'vrrp_instance',
    title: 'a virtual router is of one family of addresses',
    avoid: 'an address of IPv4 and one of IPv6 in one virtual_ipaddress',
    fix: 'make a second `vrrp_instance`, in the same group',
    why: 'keepalived takes the family of the first and leaves the other out.',
    broken: (block) =>
      new Set(addresses(block).map((each) => each.includes(':'))).size > 1 &&
      'holds addresses of both families',
  },
  {
    id: 'no-link-local',
    kind: 'vrrp_instance',
    title: 'the first address of IPv6 is link-local',
    avoid: 'virtual_ipaddress { 2001:db8::10/64 }',
    fix: 'write an address of `fe80::/10` first',
    why: 'The standard asks for it, hosts take it for their router, and others refuse the advertisement (RFC 9568, 5.2.9).',
    broken: (block) => {
      const [first = ''] = addresses(block);
      return first.includes(':') && !/^fe[89ab]/i.test(first) && `advertises ${first} first`;
    },
  },
  {
    id: 'no-prefix',
    kind: 'vrrp_instance',
    title: 'a virtual address says its network',
    avoid: 'virtual_ipaddress { 192.0.2.10 }',
    fix: 'write the length of the prefix behind the address',
    why: 'keepalived takes it for a network of one address, and the neighbours are behind a router.',
    broken: (block) => {
      const bare = addresses(block).find((each) => !each.includes('/'));
      return bare && `does not say the network of ${bare}`;
    },
  },
  {
    id: 'family-alone',
    kind: 'vrrp_instance',
    title: 'both families of an address move together',
    avoid: 'a vrrp_instance in no vrrp_sync_group',
    fix: 'name it in the `group` of a vrrp_sync_group',
    why: 'IPv6 stays on the box that has lost IPv4, and half of all clients with it.',
    broken: (block, config) => !inGroup(config, block) && 'is in no group',
  },
  {
    id: 'tracks-alone',
    kind: 'vrrp_instance',
    title: 'scripts are tracked by groups',
    avoid: 'track_script in a vrrp_instance of a group',
    fix: 'track it in the `vrrp_sync_group`',
    why: 'keepalived ignores it in a member of a group, and says so in one line of its log.',
    broken: (block, config) =>
      block.lists.has('track_script') && inGroup(config, block) && 'tracks a script by itself',
  },
  {
    id: 'peer-of-itself',
    kind: 'vrrp_instance',
    title: 'nobody is their own peer',
    avoid: 'unicast_src_ip among unicast_peer',
    fix: 'take its own address out of `unicast_peer`',
    why: 'It hears itself, takes that for another master, and warns twice a second.',
    broken: ({ values, lists }) =>
      values.has('unicast_src_ip') &&
      lists.get('unicast_peer')?.includes(values.get('unicast_src_ip')!) &&
      'names itself as its peer',
  },
  {
    id: 'no-peer',
    kind: 'vrrp_instance',
    title: 'who speaks to peers names one',
    avoid: 'unicast_src_ip without unicast_peer',
    fix: 'add a `unicast_peer`',
    lab: 'it may have one edge',
    why: 'It hears nobody and is always the master, and so is the other one.',
    broken: ({ values, lists }) =>
      values.has('unicast_src_ip') && (lists.get('unicast_peer') ?? []).length === 0 && 'names no peer',
  },
];

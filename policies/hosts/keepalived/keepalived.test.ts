import { describe } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only, replaced } from '#scripts/testing/edited-tree.ts';
import { type Case, named, proved } from '#scripts/testing/named-checks.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { KEEPALIVED } from './checks.ts';

const tree = only(artefacts(threeSites()), /\/etc\/keepalived\//);
const EDGE = 'sxb/hosts/sxb-edge1/etc/keepalived/keepalived.conf';
type Edit = [from: string | RegExp, to: string];
/** Words that are exchanged, and those that the fix puts in their place. */
const swap = (damage: Edit, mend: Edit, also?: string[]): Case => ({
  break: (all) => replaced(all, EDGE, ...damage),
  mend: (all) => replaced(all, EDGE, ...mend),
  ...(also ? { also: also.map((each) => `keepalived/${each}`) } : {}),
});
/** A line that is lost, and written again behind another. */
const lost = (line: string, behind: string | RegExp): Case =>
  swap([`${line}\n`, ''], [behind, `$&${line}\n`]);
const APP = 'vrrp_instance app_ipv4 {\n';

const CASES: Record<string, Case> = {
  'script-security': lost('  enable_script_security', 'global_defs {\n'),
  'script-user': swap(
    ['script_user keepalived_script', 'script_user root'],
    ['script_user root', 'script_user keepalived_script'],
  ),
  'version-2': swap(['vrrp_version 3', 'vrrp_version 2'], ['vrrp_version 2', 'vrrp_version 3']),
  'starts-as-master': swap(['state BACKUP', 'state MASTER'], ['state MASTER', 'state BACKUP']),
  'password-in-clear-text': swap(
    [APP, `${APP}  authentication {\n    auth_type PASS\n    auth_pass 42\n  }\n`],
    [/ {2}authentication \{\n.*\n.*\n {2}\}\n/, ''],
  ),
  'router-number': swap(
    ['virtual_router_id 51', 'virtual_router_id 300'],
    ['virtual_router_id 300', 'virtual_router_id 51'],
  ),
  'router-number-twice': swap(
    ['virtual_router_id 52', 'virtual_router_id 51'],
    [/virtual_router_id 51(?=[\s\S]*virtual_router_id 61)/, 'virtual_router_id 53'],
  ),
  'priority-range': swap(['priority 150', 'priority 255'], ['priority 255', 'priority 254']),
  'advertises-seldom': swap(['advert_int 0.2', 'advert_int 10'], ['advert_int 10', 'advert_int 1']),
  'no-interface': lost('  interface eth0', APP),
  'no-address': swap(
    [/ {2}virtual_ipaddress \{\n {4}192.*\n {2}\}\n/, ''],
    [APP, `${APP}  virtual_ipaddress {\n    192.0.2.10/25 dev eth0\n  }\n`],
  ),
  'two-families': swap(
    ['    192.0.2.10/25 dev eth0\n', '    192.0.2.10/25 dev eth0\n    2001:db8::7/64 dev eth0\n'],
    ['    2001:db8::7/64 dev eth0\n', ''],
  ),
  'no-link-local': lost(
    '    fe80::34/64 dev eth0',
    /(?<=2001:db8:10:1::5\n {2}\}\n) {2}virtual_ipaddress \{\n/,
  ),
  'no-prefix': swap(['192.0.2.10/25', '192.0.2.10'], ['192.0.2.10 ', '192.0.2.10/25 ']),
  'family-alone': lost('    app_ipv6', /(?<=vrrp_sync_group app \{\n {2}group \{\n)/),
  'tracks-alone': swap(
    [APP, `${APP}  track_script {\n    app_served\n  }\n`],
    [`${APP}  track_script {\n    app_served\n  }\n`, APP],
  ),
  'peer-of-itself': swap(['    192.0.2.5\n', '    192.0.2.5\n    192.0.2.4\n'], ['    192.0.2.4\n', '']),
  'no-peer': lost('    192.0.2.5', /unicast_peer \{\n/),
  'script-slow': swap(['timeout 1\n', 'timeout 2\n'], ['timeout 2\n', 'timeout 1\n']),
  'script-flaps': swap(['rise 2', 'rise 1'], ['rise 1', 'rise 2']),
  'script-weight': swap(['  rise 2\n', '  rise 2\n  weight -20\n'], ['  weight -20\n', '']),
  'script-undefined': swap(
    [/(?<=track_script \{\n) {4}app_served\n/, '    gone\n'],
    ['    gone\n', '    app_served\n'],
  ),
  'group-of-strangers': swap(['    app_ipv6\n', '    app_ipv6\n    gone\n'], ['    gone\n', '']),
  'never-steps-back': swap(
    [/ {2}track_script \{\n {4}api_served\n {2}\}\n/, ''],
    ['vrrp_sync_group api {\n', 'vrrp_sync_group api {\n  track_script {\n    api_served\n  }\n'],
  ),
};

describe('keepalived', () => {
  proved(KEEPALIVED.checks, tree, named('keepalived', CASES));
});

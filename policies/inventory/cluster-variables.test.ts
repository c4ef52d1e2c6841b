import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { clusterVariables } from './cluster-variables.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => clusterVariables.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

const cluster = 'sxb/inventory/kubespray/group_vars/k8s_cluster/fredu.yml';
const all = 'sxb/inventory/kubespray/group_vars/all/fredu.yml';

it.each([
  [
    cluster,
    'kube_pods_subnet: 10.10.128.0/17',
    'kube_pods_subnet: 10.20.128.0/17',
    'kube_pods_subnet is 10.20.128.0/17, and follows from sxb’s file as 10.10.128.0/17',
  ],
  [
    cluster,
    'kube_service_addresses_ipv6: fd10:10::2:0/112',
    'kube_service_addresses_ipv6: fd10:10::3:0/112',
    'kube_service_addresses_ipv6 is fd10:10::3:0/112, and follows from sxb’s file as fd10:10::2:0/112',
  ],
  [
    cluster,
    'ipv6_stack: true',
    'ipv6_stack: false',
    'ipv6_stack is false, and follows from sxb’s file as true',
  ],
  [
    cluster,
    'calico_vxlan_mode: Always',
    'calico_vxlan_mode: CrossSubnet',
    'calico_vxlan_mode is CrossSubnet, and follows from sxb’s file as Always',
  ],
  [
    all,
    '  address: 10.10.0.10',
    '  address: 10.10.0.11',
    'loadbalancer_apiserver is 10.10.0.11, and follows from sxb’s file as 10.10.0.10',
  ],
  [
    all,
    '  - ntp.obspm.fr iburst\n',
    '',
    'ntp_servers is ntp.unistra.fr, ntp1.jussieu.fr, and follows from sxb’s file as ntp.unistra.fr, ntp.obspm.fr, ntp1.jussieu.fr',
  ],
  [
    all,
    '192.0.2.154',
    '192.0.2.155',
    'upstream_dns_servers is 192.0.2.155, 2001:db8:10:53::54, and follows from sxb’s file as 192.0.2.154, 2001:db8:10:53::54',
  ],
])('%s: %s', (path, from, to, message) => {
  const changed = replaced(tree, path, from, to);
  expect(messages(changed)).toEqual([message]);
  if (to !== '') expect(messages(replaced(changed, path, to, from))).toEqual([]);
});

it('a kubelet that may talk to a network of others', () => {
  expect(messages(replaced(tree, cluster, 'link-local 10.10.0.0/24', 'link-local 10.0.0.0/8'))).toEqual([
    expect.stringMatching(/^kubelet_secure_addresses is 10\.0\.0\.0\/8 /),
  ]);
});

import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { kubeletCertificates } from './kubelet-certificates.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const path = 'sxb/inventory/kubespray/group_vars/k8s_cluster/fredu.yml';
const messages = (change: (variables: Data) => void) =>
  kubeletCertificates.check(model, edited(tree, path, change)).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(kubeletCertificates.check(model, tree)).toEqual([]);
});

it('an approver with nothing but its defaults denies every node', () => {
  const found = messages((variables) => delete variables.kubelet_csr_approver_values);
  expect(found[0]).toBe('sxb: the approver looks names of nodes up, which no DNS has');
  expect(found).toContain('sxb: sxb-worker1 gets no certificate for its name');
  expect(found).toContain('sxb: no certificate for 2001:db8:10:2::21');
});

it('a release that compares no names, a pattern that others match, a network instead of addresses', () => {
  expect(messages((variables) => delete variables.kubelet_csr_approver_chart_version)).toEqual([
    'sxb: release 1.1.0 of the approver compares no names when it looks none up',
  ]);
  expect(
    messages(({ kubelet_csr_approver_values: values }) => {
      values.providerRegex = '^sxb-(cp|worker)[0-9]+';
    }),
  ).toEqual(['sxb: names of others are approved']);
  expect(
    messages(({ kubelet_csr_approver_values: values }) => {
      values.providerIpPrefixes.push('10.10.0.0/24');
    }),
  ).toEqual(['sxb: a node may have a certificate for any address of 10.10.0.0/24']);
});

it('a metrics-server that believes anybody', () => {
  expect(messages((variables) => delete variables.metrics_server_kubelet_insecure_tls)).toEqual([
    'sxb: metrics-server believes any certificate',
  ]);
});

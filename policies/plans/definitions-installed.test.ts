import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { definitionsInstalled } from './definitions-installed.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => definitionsInstalled.check(model, changed).map(({ message }) => message);
const cluster = 'sxb/inventory/kubespray/group_vars/k8s_cluster/fredu.yml';
const plan = 'sxb/plans/cert-manager.yaml';

it('our own sites keep it', () => {
  expect(definitionsInstalled.check(model, tree)).toEqual([]);
});

it('definitions that nothing installs', () => {
  expect(messages(without(tree, plan))).toEqual(['nothing at sxb installs the definition of ClusterIssuer']);
  const off = edited(tree, cluster, (variables) => {
    variables.gateway_api_enabled = false;
  });
  expect(messages(off)).toEqual(['nothing at sxb installs the definition of GatewayClass']);
});

it('definitions of another release, whatever the variable of Kubespray says', () => {
  const kubespray = edited(without(tree, plan), cluster, (variables) => {
    variables.cert_manager_enabled = true;
    variables.cert_manager_version = '1.21.1';
  });
  expect(messages(kubespray)).toEqual([
    'Kubespray 2.31.0 installs 1.15.3 of cert-manager/cert-manager at sxb; the tree is judged by 1.21.1',
    'cert_manager_version is 1.21.1; Kubespray 2.31.0 is made for 1.15.3',
  ]);
  expect(messages(replaced(tree, plan, '--version=v1.21.1', '--version=v1.22.0'))).toEqual([
    'the chart cert-manager installs 1.22.0 of cert-manager/cert-manager at sxb; the tree is judged by 1.21.1',
  ]);
});

it('definitions that two install', () => {
  const twice = edited(tree, cluster, (variables) => {
    variables.cert_manager_enabled = true;
  });
  expect(messages(twice)).toEqual([
    'the chart cert-manager and Kubespray 2.31.0 both install the definition of ClusterIssuer at sxb',
  ]);
});

it('a Kubernetes that Kubespray is not made for, and another Kubespray', () => {
  const newer = edited(tree, cluster, (variables) => {
    variables.kube_version = '1.99.1';
  });
  expect(messages(newer)).toEqual([
    'kube_version is 1.99.1; Kubespray 2.31.0 is made for 1.35.4',
    'no schemas of Kubernetes 1.99',
  ]);
  expect(messages(replaced(tree, 'sxb/inventory/kubespray/hosts.yaml', 'v2.31.0', 'v2.32.0'))).toEqual([
    'the inventory is for Kubespray 2.32.0; what it installs is known of 2.31.0',
  ]);
});

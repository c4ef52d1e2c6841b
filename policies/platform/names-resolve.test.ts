import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, replaced } from '#scripts/testing/edited-tree.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { namesResolve } from './names-resolve.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => namesResolve.check(model, changed).map(({ message }) => message);
const all = 'sxb/inventory/kubespray/group_vars/all/fredu.yml';
const at = 'sxb/kubernetes';

it('our own sites keep it', () => {
  expect(namesResolve.check(model, tree)).toEqual([]);
});

it('a name without a record is found wherever it stands, and passes when it is an address', () => {
  expect(messages(replaced(tree, 'platform/dns/fredu.fr.zone', /^s3\.sxb .* A+ .*\n/gm, ''))).toContain(
    's3.sxb.fredu.fr has no address in any zone',
  );
  const named = edited(tree, all, (variables) => {
    variables.supplementary_addresses_in_ssl_keys.push('api.sxb.fredu.fr');
  });
  expect(messages(named)).toEqual(['api.sxb.fredu.fr has no address in any zone']);
  expect(messages(replaced(named, all, 'api.sxb.fredu.fr', '10.10.0.10'))).toEqual([]);
});

it('an API that is found by a name, or that kubelets may not reach', () => {
  const named = edited(tree, all, (variables) => {
    variables.apiserver_loadbalancer_domain_name = 'sxb.fredu.fr';
  });
  expect(messages(named)).toEqual([
    'a node that starts looks up sxb.fredu.fr to find its API, and has no DNS before it has found it',
  ]);
  const elsewhere = edited(tree, all, (variables) => {
    variables.loadbalancer_apiserver.address = '10.99.0.10';
  });
  expect(messages(elsewhere)).toEqual([
    'kubelets may not reach 10.99.0.10: kubelet_secure_addresses does not have it',
  ]);
});

it('hosts that ask a pod of theirs for names, and a cluster that asks itself', () => {
  const early = edited(tree, all, (variables) => delete variables.resolvconf_mode);
  expect(messages(early)).toEqual([
    'hosts of sxb look names up at a pod, which is not there when they start',
  ]);
  const circle = edited(tree, all, (variables) => {
    variables.upstream_dns_servers = ['169.254.25.10', '10.10.16.3', '192.0.2.154'];
  });
  expect(messages(circle)).toEqual([
    'the cluster of sxb asks itself for names of others: 169.254.25.10',
    'the cluster of sxb asks itself for names of others: 10.10.16.3',
  ]);
});

it('a Service that is not there, and names of Services outside pods', () => {
  const path = `${at}/education/deployment-education-api.yaml`;
  expect(messages(replaced(tree, path, 'pgbouncer.education.svc', 'pooler.education.svc'))).toEqual([
    'no Service of sxb is called pooler.education.svc.cluster.local',
  ]);
  expect(
    messages(
      replaced(
        tree,
        'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg',
        /$/,
        '  server one prometheus.monitoring.svc:9090\n',
      ),
    ),
  ).toEqual(['prometheus.monitoring.svc is a name of the cluster, which its hosts cannot look up']);
  const onHost = edited(tree, path, ({ spec }) => {
    spec.template.spec.hostNetwork = true;
  });
  expect(messages(onHost)).toEqual([
    'education-api dials a Service by its name, and asks the resolver of its host',
  ]);
});

it('a host of an inventory that ssh does not know', () => {
  const path = 'sxb/inventory/kubespray/hosts.yaml';
  expect(messages(replaced(tree, path, 'ansible_host: sxb-cp1', 'ansible_host: sxb-cp9'))).toEqual([
    'ssh knows no sxb-cp9',
  ]);
});

it('holds where the zone is made elsewhere', () => {
  const other = example();
  expect(namesResolve.check(other, artefacts(other))).toEqual([]);
});

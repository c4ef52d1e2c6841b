import type { Model, Site } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import type { Finding, Policy, Tree } from '../law.ts';

export const filesComplete: Policy = {
  id: 'files-complete',
  title: 'the tree has every file that the capabilities of its sites ask for',
  why: 'Avoid: a tree without the plan, the firewall or the zone that somebody reaches for. Prefer: all files of what a site can do, made in one run. Rationale: a law about a file that is not there says nothing, and what is missing is found out in the hour in which it is needed.',
  check: (model, tree) =>
    wanted(model)
      .concat(firewalls(model, tree))
      .filter(
        ({ path }) =>
          !(path instanceof RegExp ? [...tree.keys()].some((each) => path.test(each)) : tree.has(path)),
      )
      .map(
        ({ path, why }): Finding => ({
          path: path instanceof RegExp ? path.source.replaceAll('\\', '') : path,
          message: `${path instanceof RegExp ? path.source.replaceAll('\\', '') : path} is not in the tree: ${why}`,
          fix: 'make the tree again with `npm run synth`',
        }),
      ),
};

interface Wanted {
  path: string | RegExp;
  why: string;
}

/** Of a pair of front firewalls each has all that one needs to stand in for the other. */
const firewalls = ({ sites }: Model, tree: Tree): Wanted[] =>
  sites.flatMap(({ code, routing }) => {
    const names = [...tree.keys()].flatMap(
      (path) => new RegExp(`^${code}/front-firewall/([^/]+)/etc/`).exec(path)?.[1] ?? [],
    );
    const files = [
      'etc/nftables.conf',
      'etc/keepalived/keepalived.conf',
      'etc/conntrackd/conntrackd.conf',
      'etc/systemd/network/10-fredu-pair.network',
      'usr/local/libexec/fredu-front-state',
      ...(routing ? ['etc/bird/bird.conf'] : []),
    ];
    return [...new Set(names)].flatMap((name) =>
      files.map((file) => ({
        path: `${code}/front-firewall/${name}/${file}`,
        why: 'the other one cannot take over from a firewall without it',
      })),
    );
  });

function wanted(model: Model): Wanted[] {
  return [
    ...model.sites.flatMap((site) => ofSite(model, site)),
    ...['grants', 'hba', 'settings', 'users', 'zones'].map((name) => ({
      path: `platform/sql/${name}.sql`,
      why: 'the database is set up by it',
    })),
    { path: 'platform/certificates.yaml', why: 'keys are made by it' },
    ...(model.dns
      ? [`${model.domain}.zone`, 'zones.conf'].map((name) => ({
          path: `platform/dns/${name}`,
          why: 'the domain is served by it',
        }))
      : []),
    { path: /^platform\/runbooks\/cockroachdb\.md$/, why: 'alerts lead to it' },
  ];
}

function ofSite(model: Model, site: Site): Wanted[] {
  const at = (names: string[], why: string): Wanted[] =>
    names.map((name) => ({ path: `${site.code}/${name}`, why }));
  const roles = [...new Set(site.hosts.map(({ role }) => role))];
  return [
    ...at(['before-the-first-time.md'], 'what nobody else makes stands there'),
    ...at(
      [
        'inventory/ssh_config',
        'inventory/hosts/inventory.yaml',
        'inventory/hosts/playbook.yaml',
        'inventory/hosts/handlers.yaml',
      ],
      'its hosts are set up by it',
    ),
    ...at(
      roles.map((role) => `inventory/hosts/tasks/${role.replaceAll('-', '_')}.yaml`),
      'hosts of the role are set up by it',
    ),
    ...site.hosts.flatMap(({ name }) =>
      at(
        [
          'etc/ssh/sshd_config.d/10-fredu.conf',
          'etc/ssh/authorized_keys.d/debian',
          'etc/apt/apt.conf.d/52fredu-upgrades',
        ].map((file) => `hosts/${name}/${file}`),
        'every host has it',
      ),
    ),
    ...(site.kubernetes
      ? [
          ...at(
            [
              'inventory/kubespray/hosts.yaml',
              'inventory/kubespray/group_vars/all/fredu.yml',
              'inventory/kubespray/group_vars/k8s_cluster/fredu.yml',
            ],
            'its cluster is installed by it',
          ),
          ...at(['plans/cert-manager.yaml'], 'public names are signed by what it installs'),
          ...hostsOf(site, 'control-plane').flatMap(({ name }) =>
            at(
              [
                'usr/local/sbin/fredu-etcd-backup',
                'etc/systemd/system/fredu-etcd-backup.service',
                'etc/systemd/system/fredu-etcd-backup.timer',
              ].map((file) => `hosts/${name}/${file}`),
              'etcd is saved by it',
            ),
          ),
          ...at(
            ['prometheus', 'prometheus-rules', 'alertmanager', 'grafana', 'grafana-dashboards'].map(
              (name) => `kubernetes/monitoring/configmap-${name}.yaml`,
            ),
            'the site is watched by it',
          ),
        ]
      : []),
    ...(site.objects
      ? at(
          [`cephobjectzone-${site.objects.zone}`, 'cephobjectstore-clients', 'cephclient-zone-exporter'].map(
            (name) => `kubernetes/rook-ceph/${name}.yaml`,
          ),
          'its object store is made of it',
        )
      : []),
    ...(site.objects ? at(['plans/rook-operator.yaml'], 'its object store is run by what it installs') : []),
    ...(model.objects?.secondaries.some(({ code }) => code === site.code)
      ? at(
          ['promote', 'return', 'handover', 'read-only'].map((name) => `plans/object-store-${name}.yaml`),
          'its object store takes over by it',
        )
      : []),
    ...(site.openstack ? at(['openstack/cdk.tf.json'], 'its machines are made by it') : []),
    ...(site.edge?.kind === 'haproxy'
      ? hostsOf(site, 'edge').flatMap(({ name }) =>
          at(
            ['etc/haproxy/haproxy.cfg', 'etc/keepalived/keepalived.conf', 'etc/nftables.conf'].map(
              (file) => `hosts/${name}/${file}`,
            ),
            'the way in is made of it',
          ),
        )
      : []),
    ...(site.edge?.kind === 'haproxy'
      ? [
          ...at(
            ['front-firewall/pfsense.xml', 'front-firewall/rules.md'],
            'the front firewall is set up by it',
          ),
          {
            path: new RegExp(`^${site.code}/front-firewall/[^/]+/etc/nftables\\.conf$`),
            why: 'the front firewall is set up by it',
          },
        ]
      : []),
  ];
}

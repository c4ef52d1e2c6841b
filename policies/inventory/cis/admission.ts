import type { Programs } from '../../reading/kubeadm.ts';
import { listOf } from '../../reading/texts.ts';
import type { CisRow } from './cis-pack.ts';

const ENABLED = 'kube_apiserver_enable_admission_plugins';
const DISABLED = 'kube_apiserver_disable_admission_plugins';
const enabled = (all: Programs, plugin: string): boolean =>
  listOf(all.apiServer['enable-admission-plugins']).includes(plugin);

/** A plugin that is on unless somebody turns it off. */
const on = (id: string, plugin: string, title: string, why: string): CisRow => ({
  id,
  title,
  variable: DISABLED,
  avoid: `${DISABLED}: [${plugin}]`,
  fix: `take \`${plugin}\` out of ${DISABLED}`,
  why,
  broken: (all) =>
    listOf(all.apiServer['disable-admission-plugins']).includes(plugin) && `turns the plugin ${plugin} off`,
});

const LEVELS = ['privileged', 'baseline', 'restricted'];
/** What the level by default keeps out of namespaces that say none. */
const kept = (id: string, level: 'baseline' | 'restricted', what: string, why: string): CisRow => ({
  id,
  title: `a namespace that says nothing admits no ${what}`,
  variable: 'kube_pod_security_default_enforce',
  avoid: `kube_pod_security_default_enforce: ${LEVELS[LEVELS.indexOf(level) - 1]}`,
  fix: 'set `kube_pod_security_default_enforce: restricted`',
  why,
  broken: (all) => {
    const said = String(all.said('kube_pod_security_default_enforce'));
    return (
      LEVELS.indexOf(said) < LEVELS.indexOf(level) && `enforces ${said} by default, which admits ${what}`
    );
  },
});

/** CIS 1.2.9–14 and 5.2: what the API server refuses to take. */
export const ADMISSION: CisRow[] = [
  {
    id: '1.2.3',
    title: 'no service takes an address from outside',
    variable: ENABLED,
    avoid: `${ENABLED} without DenyServiceExternalIPs`,
    fix: `add \`DenyServiceExternalIPs\` to ${ENABLED}`,
    why: 'Anybody who may make a service takes the traffic of any address, that of the API of a cloud for one (CVE-2020-8554).',
    broken: (all) => !enabled(all, 'DenyServiceExternalIPs') && 'lets a service take any address',
  },
  {
    id: '1.2.9',
    title: 'events are limited, each namespace and user for itself',
    variable: 'kube_apiserver_admission_event_rate_limits',
    avoid: `${ENABLED} without EventRateLimit, or with no limits for it`,
    fix: `add \`EventRateLimit\` to ${ENABLED}; set \`kube_apiserver_admission_event_rate_limits: {limit_1: {type: Namespace, qps: 50, burst: 100}}\``,
    why: 'One pod that crashes in a loop fills etcd with its events.',
    broken: (all) =>
      !(
        enabled(all, 'EventRateLimit') &&
        Object.keys(all.said('kube_apiserver_admission_event_rate_limits') ?? {}).length > 0
      ) && 'takes any number of events',
  },
  {
    id: '1.2.10',
    title: 'no plugin admits everything',
    variable: ENABLED,
    avoid: `${ENABLED}: [AlwaysAdmit]`,
    fix: `take \`AlwaysAdmit\` out of ${ENABLED}`,
    why: 'It was made to switch admission off.',
    broken: (all) => enabled(all, 'AlwaysAdmit') && 'admits everything',
  },
  on(
    '1.2.12',
    'ServiceAccount',
    'every pod gets an account',
    'Pods would run without one, and those that name an account would get no token.',
  ),
  on(
    '1.2.13',
    'NamespaceLifecycle',
    'nothing is made in a namespace that is going',
    'A namespace that is deleted would never be empty, and `default` and `kube-system` could be deleted.',
  ),
  {
    id: '1.2.14',
    title: 'a kubelet changes nothing but its own node',
    variable: ENABLED,
    avoid: `${ENABLED} without NodeRestriction`,
    fix: `add \`NodeRestriction\` to ${ENABLED}`,
    why: 'A node that is lost takes the labels, and with them the pods, of the others.',
    broken: (all) => !enabled(all, 'NodeRestriction') && 'lets a kubelet change other nodes',
  },
  {
    id: '5.2.1',
    title: 'a policy about pods is in force everywhere',
    variable: 'kube_pod_security_use_default',
    avoid: 'kube_pod_security_use_default: false',
    fix: `set \`kube_pod_security_use_default: true\`; set \`kube_apiserver_admission_control_config_file: true\`; add \`PodSecurity\` to ${ENABLED}; set \`kube_pod_security_exemptions_namespaces: [kube-system]\``,
    why: 'A namespace that somebody makes in a hurry has no label, and admits whatever it is given.',
    broken: (all) => {
      const configured =
        enabled(all, 'PodSecurity') &&
        all.said('kube_apiserver_admission_control_config_file') &&
        all.said('kube_pod_security_use_default') &&
        listOf(all.said('kube_apiserver_admission_plugins_needs_configuration')).includes('PodSecurity');
      if (!configured) return 'has no default for pods';
      const free = [
        ...listOf(all.said('kube_pod_security_exemptions_namespaces')).filter(
          (each) => each !== 'kube-system',
        ),
        ...listOf(all.said('kube_pod_security_exemptions_usernames')),
        ...listOf(all.said('kube_pod_security_exemptions_runtime_class_names')),
      ];
      return free.length > 0 && `exempts ${free.join(', ')} from its default for pods`;
    },
  },
  kept('5.2.2', 'baseline', 'privileged containers', 'A privileged container is its node.'),
  kept(
    '5.2.3',
    'baseline',
    'pods that see all processes',
    'Environments and arguments of the node are secrets.',
  ),
  kept(
    '5.2.4',
    'baseline',
    'pods that share memory with the node',
    'Shared memory of others is read and broken.',
  ),
  kept('5.2.5', 'baseline', "pods on the node's network", 'Network policies do not see them.'),
  kept('5.2.6', 'restricted', 'containers that gain privileges', 'One setuid program makes any user root.'),
  kept(
    '5.2.7',
    'restricted',
    'containers that run as root',
    'Root inside is root outside behind the first hole.',
  ),
  kept(
    '5.2.8',
    'restricted',
    'containers that forge packets',
    'NET_RAW answers for the addresses of neighbours.',
  ),
  kept('5.2.9', 'restricted', 'containers with capabilities', 'Each is a part of being root on the node.'),
  kept(
    '5.2.10',
    'baseline',
    'host processes of Windows',
    'Such a container is the administrator of its node.',
  ),
  kept('5.2.11', 'baseline', 'folders of the node', 'The keys of the kubelet are files there.'),
  kept('5.2.12', 'baseline', 'ports of the node', 'They pass every service and every policy.'),
  {
    id: '5.3.1',
    title: 'network policies are carried out',
    variable: 'kube_network_plugin',
    avoid: 'kube_network_plugin: flannel',
    fix: 'set `kube_network_plugin: calico`; set `enable_network_policy: true`',
    why: 'The API takes policies no matter what carries them out: with flannel nobody does, and every pod reaches every other.',
    broken: (all) =>
      !(
        all.said('enable_network_policy') &&
        ['calico', 'cilium', 'kube-ovn', 'kube-router'].includes(all.said('kube_network_plugin'))
      ) && `carries out no network policies (${all.said('kube_network_plugin')})`,
  },
];

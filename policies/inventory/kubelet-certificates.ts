import ipaddr from 'ipaddr.js';
import { contains } from '#sites/address.ts';
import type { Finding, Policy } from '../law.ts';
import { inventories } from '../reading/kubespray-tree.ts';
import { listOf } from '../reading/texts.ts';

export const kubeletCertificates: Policy = {
  id: 'kubelet-certificates',
  title:
    'every kubelet is given a certificate for its own name and addresses, and for nobody else, by an approver that needs no DNS',
  why: 'A kubelet whose request is denied serves with no certificate: no metrics, so no autoscaler, no logs, no exec. The approver looks every name up unless it is configured not to, and no DNS has the names of nodes. It compares with a list instead; what is in the list beyond nodes, a broken-in node may have a certificate for – the same authority signs the API.',
  check(_model, tree) {
    return inventories(tree).flatMap(({ site, paths: { cluster: path }, cluster, nodes }): Finding[] => {
      if (!cluster.kubelet_rotate_server_certificates) return [];
      const { kubelet_csr_approver_values: values = {}, metrics_server_kubelet_insecure_tls } = cluster;
      const at = (message: string, fix: string, text = 'kubelet_csr_approver_values'): Finding[] => [
        { path, text, message: `${site}: ${message}`, fix },
      ];
      const regex = pattern(values.providerRegex);
      const prefixes = listOf(values?.providerIpPrefixes)
        .map(String)
        .filter((each) => ipaddr.isValidCIDR(each));
      const addresses = Object.values(nodes).flatMap(({ ip, ip6 }): string[] =>
        [ip, ip6].filter((address) => typeof address === 'string' && ipaddr.isValid(address)),
      );
      const release = String(cluster.kubelet_csr_approver_chart_version ?? '1.1.0');
      return [
        ...(metrics_server_kubelet_insecure_tls === false
          ? []
          : at('metrics-server believes any certificate', 'set it to false', 'metrics_server_enabled')),
        ...(values.bypassDnsResolution === true
          ? []
          : at('the approver looks names of nodes up, which no DNS has', 'set bypassDnsResolution: true')),
        // @see https://github.com/postfinance/kubelet-csr-approver/commit/f4654d3: in 1.2.0 first.
        ...(/^1\.[01]\./.test(release)
          ? at(
              `release ${release} of the approver compares no names when it looks none up`,
              'kubelet_csr_approver_chart_version: 1.2.0 or newer',
            )
          : []),
        ...Object.keys(nodes)
          .filter((name) => !regex?.test(name))
          .flatMap((name) => at(`${name} gets no certificate for its name`, 'let providerRegex match it')),
        ...(regex &&
        [...STRANGERS, ...Object.keys(nodes).map((name) => `${name}x`)].some((x) => regex.test(x))
          ? at('names of others are approved', 'anchor providerRegex, and let it match names of nodes only')
          : []),
        ...addresses
          .filter((address) => !prefixes.some((prefix) => contains(prefix, address)))
          .flatMap((address) => at(`no certificate for ${address}`, 'add it to providerIpPrefixes')),
        ...prefixes
          .filter((prefix) => !addresses.some((address) => prefix === `${address}${whole(address)}`))
          .flatMap((prefix) =>
            at(
              `a node may have a certificate for any address of ${prefix}`,
              'list addresses of nodes',
              prefix,
            ),
          ),
      ];
    });
  },
};

/** Names that other programs believe the cluster's authority about. */
const STRANGERS = ['kubernetes', 'kubernetes.default.svc', 'localhost', ''];
const whole = (address: string): string => (address.includes(':') ? '/128' : '/32');

/** As Go would read it, as far as JavaScript reads it alike; nothing where it cannot be read. */
function pattern(text: unknown): RegExp | undefined {
  try {
    return typeof text === 'string' ? new RegExp(text) : undefined;
  } catch {
    return undefined;
  }
}

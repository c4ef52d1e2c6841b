import { addressesOf, BITS } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import { hostsOf, workers } from '#sites/questions.ts';
import { RELEASES } from '../releases.ts';

/**
 * Whose serving certificates are approved: each node gets its own name, and only addresses of nodes – not the balancer's, which
 * the same authority vouches for. Both are compared with the model, for no DNS knows the private names and addresses of nodes. The
 * release that Kubespray brings by default, 1.1.0, does not look at names at all when it asks no DNS; 1.2.0 and later do.
 *
 * @see https://github.com/postfinance/kubelet-csr-approver/blob/v1.2.14/internal/controller/regex_ip_checks.go
 */
export function servingCertificates(site: Site): Record<string, unknown> {
  const nodes = [...hostsOf(site, 'control-plane'), ...workers(site)];
  return {
    kubelet_csr_approver_chart_version: RELEASES.kubeletCsrApprover,
    kubelet_csr_approver_values: {
      bypassDnsResolution: true,
      providerRegex: `^(${nodes.map(({ name }) => name).join('|')})$`,
      providerIpPrefixes: nodes.flatMap(({ address }) =>
        addressesOf(address).map(({ family, text }) => `${text}/${BITS[family]}`),
      ),
    },
  };
}

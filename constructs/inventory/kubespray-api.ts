import { both, type PerFamily } from '#sites/address.ts';
import { PORTS } from '#sites/traffic/ports.ts';

/**
 * How the nodes find their API. An address of IPv6 stands without brackets in kubeadm's files, so in IPv6 only each node has a
 * proxy of its own, as Kubespray does it by default; people come by the balancer all the same.
 * @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/roles/kubernetes/control-plane/templates/kubeadm-config.v1beta4.yaml.j2#L120
 */
export function wayToApi(api: PerFamily): [comment: string, value: Record<string, unknown>] {
  if (api.ipv4)
    return [
      "The API behind the site's balancer, by its address: a node that starts knows no name yet. No proxy on the nodes.",
      {
        loadbalancer_apiserver: { address: api.ipv4, port: PORTS.kubernetesApi },
        loadbalancer_apiserver_localhost: false,
        supplementary_addresses_in_ssl_keys: both(api),
      },
    ];
  return [
    "The API by a proxy on each node, and behind the site's balancer for people: kubeadm takes no address of IPv6 for it.",
    { loadbalancer_apiserver_localhost: true, supplementary_addresses_in_ssl_keys: both(api) },
  ];
}

/** Versions of what is no container image, named once. */
export const RELEASES = {
  /** @see https://github.com/kubernetes-sigs/kubespray/releases/tag/v2.31.0 */
  kubespray: '2.31.0',
  kubernetes: '1.35.4',
  certManager: '1.21.1',
  gatewayApi: '1.5.1',
  /** The chart that Kubespray installs by our variables, instead of its 1.1.0. @see https://github.com/postfinance/kubelet-csr-approver/releases/tag/v1.2.14 */
  kubeletCsrApprover: '1.2.14',
  openstackProvider: '3.4.0',
  /** Oldest release of Terraform and of OpenTofu alike: the first that locks a state by a file in its bucket. */
  terraform: '1.10.0',
  /** Debian 12 on every host of ours; the versions of its packages decide the dialect of the files we write. */
  debian: '12',
  haproxy: '2.6',
  keepalived: '2.2.7',
  bird: '2.0.12',
} as const;

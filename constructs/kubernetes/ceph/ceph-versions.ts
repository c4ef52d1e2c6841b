/**
 * Releases whose gateways refuse what gateways of another zone forward to them: bucket operations on a secondary zone fail
 * with 403. They check signatures as CVE-2026-54330 asks, and their own forwarded requests do not pass that check.
 * @see https://rook.io/docs/rook/latest/Storage-Configuration/Object-Storage-RGW/ceph-object-multisite/#prerequisites
 * @see https://tracker.ceph.com/issues/79698
 */
const FORWARDING_REFUSED = ['19.2.6', '20.2.4'];

/**
 * What the gateways of a release need to forward requests between zones. The values are kept in Ceph's own configuration
 * and outlive their line here, so a release that needs nothing gets its defaults back by name.
 */
export function forwardingConfig(version: string): Record<string, string> {
  const refused = FORWARDING_REFUSED.includes(version);
  return {
    rgw_sigv4_insecure: String(refused),
    rgw_s3_client_max_sig_ver: refused ? '2' : '-1',
  };
}

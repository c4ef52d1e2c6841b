/**
 * Names by which a site's object store is reached inside its cluster, agreed between the store, the ingress and the app.
 * Rook calls the service of a store `rook-ceph-rgw-<store>`; the store that serves clients is `clients`.
 * @see https://rook.io/docs/rook/v1.20/Storage-Configuration/Object-Storage-RGW/object-storage/
 */
export const OBJECT_STORE = {
  namespace: 'rook-ceph',
  store: 'clients',
  service: 'rook-ceph-rgw-clients',
  port: 80,
} as const;

import type { Address } from '#sites/address.ts';
import { OBJECT_STORE } from '../ceph/object-store-names.ts';
import { OBJECTS_ENTRY, PUBLIC_ENTRY } from './routes.ts';

export const LOOPBACK = '127.0.0.1';

/**
 * The object store serves machines of ours – gateways of other zones, database nodes, the API – which ask a thousand times as
 * often as a person, and a gateway that is refused with 429 takes it for a fault of the disk and asks again at once. What
 * stands on an entry point stands on all of its routes, and a rate limit of Traefik exempts nobody. So connections for the name
 * of the store that come from a machine of ours are passed on, as they are, to an entry point without a limit, where
 * the routes of the store are; everybody else gets the store on the public one, under the limit for people.
 *
 * The rule for strangers names no host by `Host`: a connection whose name has such a rule is never asked of the TCP rules.
 *
 * @see https://github.com/traefik/traefik/blob/v3.7.13/pkg/server/router/tcp/router.go `ServeTCP`
 * @see https://github.com/ceph/ceph/pull/42317 how a gateway reads a status that it does not know
 */
export function objectStore({ machines, endpoint }: { machines: readonly Address[]; endpoint: string }) {
  const host = new URL(endpoint).hostname;
  const ours = machines.map(({ text }) => `ClientIP(\`${text}\`)`);
  const servers = [
    { url: `http://${OBJECT_STORE.service}.${OBJECT_STORE.namespace}.svc:${OBJECT_STORE.port}` },
  ];
  return {
    http: {
      routers: {
        'object-store-strangers': {
          entryPoints: [PUBLIC_ENTRY.name],
          rule: `HostRegexp(\`^${host.replaceAll('.', '\\.')}$\`)`,
          service: 'object-store',
        },
      },
      services: { 'object-store': { loadBalancer: { servers } } },
    },
    tcp: {
      routers: {
        'object-store-machines': {
          entryPoints: [PUBLIC_ENTRY.name],
          rule: `HostSNI(\`${host}\`) && (${ours.join(' || ')})`,
          service: 'objects',
          tls: { passthrough: true },
        },
      },
      services: {
        objects: {
          loadBalancer: {
            serversTransport: 'proxied',
            servers: [{ address: `${LOOPBACK}:${OBJECTS_ENTRY.port}` }],
          },
        },
      },
      // Who it is stays known, in the log of the other entry point too.
      serversTransports: { proxied: { proxyProtocol: { version: 2 } } },
    },
  };
}

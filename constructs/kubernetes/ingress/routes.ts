import { API } from '#shared/contract.ts';
import type { Site } from '#sites/model.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { OBJECT_STORE } from '../ceph/object-store-names.ts';

/** What a site offers: the app, and where it has one its object store. */
export type FrontName = 'education' | 'object-store';

/**
 * One set of public names with what answers below each of their paths; the services stand in the front's own namespace,
 * where its certificate is too. Ingress, Gateway and certificates are rendered from these.
 */
export interface Front {
  name: FrontName;
  namespace: string;
  hosts: string[];
  /** Of Traefik, by name and port: limits for people stand on the public one, and what stands there is on all its routes. */
  entryPoint: { name: string; port: number };
  /** By path prefix, element by element; the longest wins. */
  backends: { path: string; service: string; port: number }[];
}

/** Where the world comes in. */
export const PUBLIC_ENTRY = { name: 'websecure', port: PORTS.traefikWebsecure.port };
/** Where machines of ours are led on to. */
export const OBJECTS_ENTRY = { name: 'objects', port: PORTS.traefikObjects };

/** Port of every service behind the ingress: the pods listen where they like. */
export const SERVICE_PORT = 80;
/** The secret with the certificate of a front, one in each namespace that has fronts. */
export const PUBLIC_CERTIFICATE = 'tls-public';

export interface FrontsProps {
  /** Of the platform: the name that all sites share. */
  domain: string;
  site: Site;
}

/** What a site offers to the world: the app by the platform's name and the site's own, the object store by its own. */
export function fronts({ domain, site }: FrontsProps): Front[] {
  return [
    {
      name: 'education',
      namespace: 'education',
      hosts: [domain, site.domain],
      entryPoint: PUBLIC_ENTRY,
      backends: [
        ...[API.basePath, ...API.pagePaths].map((path) => ({
          path,
          service: 'education-api',
          port: SERVICE_PORT,
        })),
        { path: '/', service: 'education-web', port: SERVICE_PORT },
      ],
    },
    ...(site.objects
      ? [
          {
            name: 'object-store' as const,
            namespace: OBJECT_STORE.namespace,
            hosts: [new URL(site.objects.endpoint).hostname],
            entryPoint: OBJECTS_ENTRY,
            backends: [{ path: '/', service: OBJECT_STORE.service, port: OBJECT_STORE.port }],
          },
        ]
      : []),
  ];
}

/** Every name that a client may dial at a site: what needs a record, a certificate and a probe. */
export const publicNames = (props: FrontsProps): string[] => fronts(props).flatMap(({ hosts }) => hosts);

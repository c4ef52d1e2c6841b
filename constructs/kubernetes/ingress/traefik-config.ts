import { stringify } from 'yaml';
import { balancerSeconds } from '#constructs/drain.ts';
import type { Address } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import { balancerSources, workers } from '#sites/questions.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { TRAEFIK_CLASS } from './ingress.ts';
import { LOOPBACK, objectStore } from './machines-way.ts';
import { type Front, OBJECTS_ENTRY } from './routes.ts';

/** How Traefik leaves: it says 503 on /ping while it still serves, until every balancer looks away; then it ends what runs. */
export const LEAVING = { acceptSeconds: balancerSeconds + 3, finishSeconds: 30 } as const;

/** A slow line may take this long for one request: a part of 64 MiB at 1 Mbit/s is 9 minutes. */
const REQUEST_SECONDS = 600;

/**
 * For the 40 s until Kubernetes calls a lost worker lost, Traefik has the addresses of its pods. A pod that takes no connection in
 * this time is given up for the next one; a request of which a byte was sent is never sent again, so a form is not posted twice. A pod of the
 * same site answers within a millisecond, by its kernel. @see https://github.com/traefik/traefik/blob/v3.7.13/pkg/middlewares/retry/retry.go
 */
export const RETRY = { attempts: 4, dialMilliseconds: 500 } as const;

/** Where the files of the file provider stand in the pod. */
export const DYNAMIC_FOLDER = '/etc/traefik/dynamic';

export interface TraefikStaticProps {
  site: Site;
  /** What the site offers. */
  fronts: readonly Front[];
}

/** Namespaces that have routes. */
export const routedNamespaces = (fronts: readonly Front[]): string[] => [
  ...new Set(fronts.map(({ namespace }) => namespace)),
];

/**
 * What Traefik reads at its start. There is no `api` section: no dashboard, on no port.
 * @see https://doc.traefik.io/traefik/v3.7/reference/install-configuration/configuration-options/
 */
export function traefikStatic({ site, fronts }: TraefikStaticProps): string {
  const routed = routedNamespaces(fronts);
  const transport = {
    lifeCycle: {
      requestAcceptGraceTimeout: `${LEAVING.acceptSeconds}s`,
      graceTimeOut: `${LEAVING.finishSeconds}s`,
    },
  };
  const serving = {
    transport: {
      ...transport,
      respondingTimeouts: { readTimeout: `${REQUEST_SECONDS}s`, writeTimeout: '0s', idleTimeout: '180s' },
      // A long connection is asked to come again now and then, so that a returned worker gets its share.
      keepAliveMaxTime: '600s',
    },
    http2: { maxConcurrentStreams: 100 },
  };
  // Without this header's sender in the list, the address of a client is that of the balancer; with another's, a forgery.
  const open = { proxyProtocol: { trustedIPs: balancerSources(site) }, ...serving };
  const encoded = (allowed: boolean) =>
    Object.fromEntries(
      ['Slash', 'BackSlash', 'NullCharacter', 'Semicolon', 'Percent', 'QuestionMark', 'Hash'].map((each) => [
        `allowEncoded${each}`,
        allowed,
      ]),
    );
  const strict = {
    maxHeaderBytes: 65536,
    // A backend must not read in a path or a header what Traefik did not see there.
    aliasHeadersStrategy: 'delete',
    encodedCharacters: encoded(false),
  };
  return yaml({
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    log: { level: 'INFO', format: 'json' },
    accessLog: {
      format: 'json',
      // Signatures of shared links stand in queries, sessions in headers: neither is written down.
      fields: {
        defaultMode: 'keep',
        queryParameters: { defaultMode: 'drop' },
        headers: { defaultMode: 'drop' },
      },
    },
    metrics: {
      prometheus: {
        entryPoint: 'metrics',
        addEntryPointsLabels: true,
        addRoutersLabels: true,
        addServicesLabels: true,
        buckets: [0.05, 0.1, 0.3, 1.2, 5],
      },
    },
    ping: { entryPoint: 'ping', terminatingStatusCode: 503 },
    entryPoints: {
      web: {
        address: `:${PORTS.traefikWeb.port}`,
        ...open,
        http: {
          ...strict,
          // The public port, not the one in the pod.
          redirections: { entryPoint: { to: `:${PORTS.https}`, scheme: 'https', permanent: true } },
        },
      },
      websecure: {
        address: `:${PORTS.traefikWebsecure.port}`,
        // Routes that name no entry point are HTTPS only.
        asDefault: true,
        ...open,
        http: {
          ...strict,
          tls: {},
          // Headers first: a refusal carries them too. The limit is for people, who all come here; machines of ours do not. What is tried again is counted once.
          middlewares: ['headers@file', 'limit@file', 'retry@file'],
        },
      },
      ...(site.objects
        ? {
            // Machines of ours only, from the public entry point of this very process: see `objectStore`. No limit stands here.
            [OBJECTS_ENTRY.name]: {
              address: `${LOOPBACK}:${OBJECTS_ENTRY.port}`,
              proxyProtocol: { trustedIPs: [`${LOOPBACK}/32`] },
              ...serving,
              http: {
                ...strict,
                // A zone asks for the instance of a bucket by `bucket.instance/<name>%253A<id>`: refused, no bucket is ever copied.
                encodedCharacters: encoded(true),
                tls: {},
                middlewares: ['headers@file'],
              },
            },
          }
        : {}),
      ping: { address: `:${PORTS.traefikPing.port}`, transport, http: strict },
      metrics: { address: `:${PORTS.traefikMetrics}`, transport, http: strict },
    },
    providers: {
      // The same routes come twice; the Ingresses serve where the Gateway's definitions are missing.
      precedence: ['kubernetesgateway', 'kubernetes', 'file'],
      file: { directory: DYNAMIC_FOLDER, watch: true },
      kubernetesIngress: {
        ingressClass: TRAEFIK_CLASS,
        namespaces: routed,
        // `/api` is not `/apiary`: as the Gateway API has it.
        strictPrefixMatching: true,
        // 503 while a service has no pod, instead of 404.
        allowEmptyServices: true,
        crossProviderNamespaces: [],
      },
      kubernetesGateway: {
        namespaces: ['traefik', ...routed],
        statusAddress: { hostname: site.domain },
        crossProviderNamespaces: [],
      },
    },
    serversTransport: {
      forwardingTimeouts: {
        dialTimeout: `${RETRY.dialMilliseconds}ms`,
        responseHeaderTimeout: '120s',
        idleConnTimeout: '90s',
      },
    },
  });
}

/** Requests a second of one client on one route, as each Traefik counts them and as the site does. */
export interface ClientLimit {
  instances: number;
  perInstance: number;
  total: number;
  burst: number;
}

export interface ClientLimitProps {
  site: Site;
  /** Of one client, at the whole site. */
  requestsPerSecond: number;
}

/**
 * Traefik counts for itself, so each of its instances gets its part of the site's limit, rounded up. Counting starts again
 * with every route. A page that loads all its files at once may take a second's worth of the whole.
 * @see https://doc.traefik.io/traefik/v3.7/reference/routing-configuration/http/middlewares/ratelimit/
 * @see https://github.com/traefik/traefik/issues/13706
 */
export function clientLimit({ site, requestsPerSecond }: ClientLimitProps): ClientLimit {
  const instances = workers(site).length;
  const perInstance = Math.ceil(requestsPerSecond / instances);
  return {
    instances,
    perInstance,
    total: perInstance * instances,
    burst: requestsPerSecond,
  };
}

export interface TraefikDynamicProps extends ClientLimitProps {
  /** Addresses of machines of ours, which no limit is for. */
  machines: readonly Address[];
}

/**
 * What Traefik reads again whenever it changes: limits, headers and TLS of the public entry point.
 * @see https://doc.traefik.io/traefik/v3.7/reference/routing-configuration/other-providers/file/
 */
export function traefikDynamic({ site, requestsPerSecond, machines }: TraefikDynamicProps): string {
  const { perInstance, burst } = clientLimit({ site, requestsPerSecond });
  const store = site.objects && objectStore({ machines, endpoint: site.objects.endpoint });
  return yaml({
    http: {
      ...store?.http,
      middlewares: {
        limit: {
          rateLimit: {
            average: perInstance,
            period: '1s',
            burst,
            // The holder of a /64 has all its addresses: one client.
            sourceCriterion: { ipStrategy: { ipv6Subnet: 64 } },
          },
        },
        retry: { retry: { attempts: RETRY.attempts } },
        headers: {
          headers: {
            stsSeconds: 63072000,
            stsIncludeSubdomains: true,
            forceSTSHeader: true,
            contentTypeNosniff: true,
            referrerPolicy: 'strict-origin-when-cross-origin',
            customResponseHeaders: { Server: '', 'X-Powered-By': '' },
          },
        },
      },
    },
    ...(store ? { tcp: store.tcp } : {}),
    tls: {
      options: {
        default: {
          minVersion: 'VersionTLS12',
          // For TLS 1.2; the suites of 1.3 are not up for choice. Forward secrecy and authenticated encryption only.
          cipherSuites: [
            'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
            'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
            'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
          ],
          // A name without a certificate gets no handshake, rather than a self-signed one.
          sniStrict: true,
          alpnProtocols: ['h2', 'http/1.1'],
        },
      },
    },
  });
}

const yaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

import { App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { example } from '#scripts/testing/example-sites.ts';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import { Gateway } from './gateway.ts';
import { Ingresses } from './ingress.ts';
import { fronts, publicNames } from './routes.ts';
import { acmeKey, PublicCertificates } from './tls.ts';

const model = example();
const [lyn, par] = [roomOf(model, 'lyn'), cloudOf(model, 'par')];
const offered = fronts({ domain: model.domain, site: par });
const render = (make: (chart: Chart) => void): Record<string, string> => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  make(chart);
  return Object.fromEntries(
    chart.toJson().map((object) => {
      const { labels: _, ...metadata } = object.metadata;
      return [`${object.kind} ${object.metadata.name}`, stringify({ metadata, spec: object.spec })];
    }),
  );
};

it('names the platform, the site, and the object store of the site', () => {
  expect(publicNames({ domain: model.domain, site: lyn })).toEqual([
    'example.org',
    'lyn.example.org',
    's3.lyn.example.org',
  ]);
  expect(publicNames({ domain: model.domain, site: par })).toEqual([
    'example.org',
    'par.example.org',
    's3.par.example.org',
  ]);
});

it('offers no object store where the site has none', () => {
  expect(
    fronts({ domain: model.domain, site: { ...par, objects: undefined } }).map(({ name }) => name),
  ).toEqual(['education']);
});

it('leads the API and the pages that it draws to the API and everything else to files, by HTTPS', () => {
  const { 'Ingress education': ingress } = render(
    (chart) => new Ingresses(chart, 'routes', { fronts: offered }),
  );
  expect(ingress).toMatchInlineSnapshot(`
    "metadata:
      name: education
      namespace: education
    spec:
      ingressClassName: traefik
      rules:
        - host: example.org
          http:
            paths:
              - backend:
                  service:
                    name: education-api
                    port:
                      number: 80
                path: /api
                pathType: Prefix
              - backend:
                  service:
                    name: education-api
                    port:
                      number: 80
                path: /cours
                pathType: Prefix
              - backend:
                  service:
                    name: education-api
                    port:
                      number: 80
                path: /sitemap.xml
                pathType: Prefix
              - backend:
                  service:
                    name: education-api
                    port:
                      number: 80
                path: /nouveautes.xml
                pathType: Prefix
              - backend:
                  service:
                    name: education-web
                    port:
                      number: 80
                path: /
                pathType: Prefix
        - host: par.example.org
          http:
            paths:
              - backend:
                  service:
                    name: education-api
                    port:
                      number: 80
                path: /api
                pathType: Prefix
              - backend:
                  service:
                    name: education-api
                    port:
                      number: 80
                path: /cours
                pathType: Prefix
              - backend:
                  service:
                    name: education-api
                    port:
                      number: 80
                path: /sitemap.xml
                pathType: Prefix
              - backend:
                  service:
                    name: education-api
                    port:
                      number: 80
                path: /nouveautes.xml
                pathType: Prefix
              - backend:
                  service:
                    name: education-web
                    port:
                      number: 80
                path: /
                pathType: Prefix
      tls:
        - hosts:
            - example.org
            - par.example.org
          secretName: tls-public
    "
  `);
});

it('puts the object store on an entry point of its own, by name in one and by port in the other', () => {
  const { 'Ingress object-store': ingress } = render(
    (chart) => new Ingresses(chart, 'routes', { fronts: offered }),
  );
  expect(ingress).toContain('traefik.ingress.kubernetes.io/router.entrypoints: objects\n');
  const { 'Gateway public': gateway } = render((chart) => new Gateway(chart, 'routes', { fronts: offered }));
  const ports = [...gateway!.matchAll(/hostname: (\S+)\n[\s\S]*?port: (\d+)/g)].map(([, host, port]) => [
    host,
    port,
  ]);
  expect(ports).toEqual([
    ['example.org', '8443'],
    ['par.example.org', '8443'],
    ['s3.par.example.org', '8444'],
  ]);
});

it('says the same to a Gateway, whose listeners have the port in the pod', () => {
  const objects = render((chart) => new Gateway(chart, 'routes', { fronts: offered }));
  expect(Object.keys(objects)).toEqual([
    'GatewayClass traefik',
    'Gateway public',
    'HTTPRoute education',
    'ReferenceGrant certificate-education',
    'HTTPRoute object-store',
    'ReferenceGrant certificate-object-store',
  ]);
  expect(objects['HTTPRoute education']).toMatchInlineSnapshot(`
    "metadata:
      name: education
      namespace: education
    spec:
      hostnames:
        - example.org
        - par.example.org
      parentRefs:
        - group: gateway.networking.k8s.io
          kind: Gateway
          name: public
          namespace: traefik
      rules:
        - backendRefs:
            - group: ""
              kind: Service
              name: education-api
              port: 80
              weight: 1
          matches:
            - path:
                type: PathPrefix
                value: /api
        - backendRefs:
            - group: ""
              kind: Service
              name: education-api
              port: 80
              weight: 1
          matches:
            - path:
                type: PathPrefix
                value: /cours
        - backendRefs:
            - group: ""
              kind: Service
              name: education-api
              port: 80
              weight: 1
          matches:
            - path:
                type: PathPrefix
                value: /sitemap.xml
        - backendRefs:
            - group: ""
              kind: Service
              name: education-api
              port: 80
              weight: 1
          matches:
            - path:
                type: PathPrefix
                value: /nouveautes.xml
        - backendRefs:
            - group: ""
              kind: Service
              name: education-web
              port: 80
              weight: 1
          matches:
            - path:
                type: PathPrefix
                value: /
    "
  `);
  expect(objects['Gateway public']?.split('\n').slice(0, 32).join('\n')).toMatchInlineSnapshot(`
    "metadata:
      name: public
      namespace: traefik
    spec:
      gatewayClassName: traefik
      listeners:
        - allowedRoutes:
            kinds:
              - group: gateway.networking.k8s.io
                kind: HTTPRoute
            namespaces:
              from: Selector
              selector:
                matchLabels:
                  kubernetes.io/metadata.name: education
          hostname: example.org
          name: example-org
          port: 8443
          protocol: HTTPS
          tls:
            certificateRefs:
              - group: ""
                kind: Secret
                name: tls-public
                namespace: education
            mode: Terminate
        - allowedRoutes:
            kinds:
              - group: gateway.networking.k8s.io
                kind: HTTPRoute
            namespaces:
              from: Selector"
  `);
});

it('asks for a certificate for each namespace with routes, proved by DNS with a key of the site', () => {
  const objects = render(
    (chart) =>
      new PublicCertificates(chart, 'certificates', {
        fronts: fronts({ domain: model.domain, site: lyn }),
        domain: model.domain,
        contact: model.contact,
        tsigKey: acmeKey('lyn'),
        nameServer: model.dns?.servers[0]?.name,
      }),
  );
  expect(objects['ClusterIssuer public']).toMatchInlineSnapshot(`
    "metadata:
      name: public
    spec:
      acme:
        email: operations@example.org
        privateKeySecretRef:
          name: acme-account
        server: https://acme-v02.api.letsencrypt.org/directory
        solvers:
          - dns01:
              rfc2136:
                nameserver: ns1.example.org:53
                protocol: TCP
                tsigAlgorithm: HMACSHA256
                tsigKeyName: acme-lyn
                tsigSecretSecretRef:
                  key: secret
                  name: acme-tsig
            selector:
              dnsZones:
                - example.org
    "
  `);
  expect(objects['Certificate tls-public']).toMatchInlineSnapshot(`
    "metadata:
      name: tls-public
      namespace: rook-ceph
    spec:
      dnsNames:
        - s3.lyn.example.org
      duration: 2160h0m0s
      issuerRef:
        group: cert-manager.io
        kind: ClusterIssuer
        name: public
      privateKey:
        algorithm: ECDSA
        rotationPolicy: Always
        size: 256
      renewBefore: 720h0m0s
      revisionHistoryLimit: 1
      secretName: tls-public
      usages:
        - digital signature
        - server auth
    "
  `);
});

import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { artefacts } from '../charts/artefacts.ts';
import { load } from '../sites/load.ts';
import { clientLimits } from './client-limits.ts';
import { edited, without } from './fixtures.ts';
import { httpsOnly } from './https-only.ts';
import { leavesInTime } from './leaves-in-time.ts';
import type { Data } from './objects.ts';
import type { Policy, Tree } from './policy.ts';
import { publicCertificates } from './public-certificates.ts';
import { routesAgree } from './routes-agree.ts';
import { traefikOptions } from './traefik-options.ts';
import { trustedHop } from './trusted-hop.ts';

const model = load('sites').model!;
const tree: Tree = artefacts(model);
const at = 'sxb/kubernetes';
const messages = (policy: Policy, changed: Tree) =>
  policy.check(model, changed).map(({ message }) => message);
const inFile = (key: string, change: (data: Data) => void) =>
  edited(tree, `${at}/traefik/configmap-traefik.yaml`, (object) => {
    const data = parse(object.data[key]);
    change(data);
    object.data[key] = stringify(data);
  });
const fixed = (change: (data: Data) => void) => inFile('traefik.yaml', change);
const watched = (change: (data: Data) => void) => inFile('dynamic.yaml', change);

it.each([clientLimits, httpsOnly, leavesInTime, publicCertificates, routesAgree, traefikOptions, trustedHop])(
  'our own sites keep $id',
  (policy) => {
    expect(policy.check(model, tree)).toEqual([]);
  },
);

describe('https-only', () => {
  const says = (changed: Tree) => messages(httpsOnly, changed).join('\n');
  it('port 80 that serves more, redirects for a while, or to the port in the pod', () => {
    const wrong = 'port 80 does more or less than redirect for good to https on 443';
    expect(says(fixed((data) => delete data.entryPoints.web.http.redirections))).toContain(wrong);
    for (const change of [{ permanent: false }, { to: 'websecure' }, { scheme: 'http' }]) {
      expect(
        says(fixed((data) => Object.assign(data.entryPoints.web.http.redirections.entryPoint, change))),
      ).toContain(wrong);
    }
  });
  it('routes on port 80, plain HTTP, no HSTS, old TLS, a dashboard', () => {
    expect(says(fixed((data) => delete data.entryPoints.websecure.asDefault))).toContain('every entry point');
    expect(says(fixed((data) => delete data.entryPoints.websecure.http.tls))).toContain('speaks plain HTTP');
    expect(
      says(fixed((data) => Object.assign(data.entryPoints.websecure.http, { middlewares: ['limit@file'] }))),
    ).toContain('Strict-Transport-Security');
    expect(
      says(watched((data) => Object.assign(data.tls.options.default, { minVersion: 'VersionTLS10' }))),
    ).toContain('TLS below 1.2');
    expect(says(fixed((data) => Object.assign(data, { api: {} })))).toContain('the dashboard is on');
  });
  it('a name without a certificate, a plain listener, another node port', () => {
    expect(
      says(edited(tree, `${at}/education/ingress-education.yaml`, (object) => delete object.spec.tls)),
    ).toContain('ingress education/education serves sxb.fredu.fr without a certificate');
    expect(
      says(
        edited(tree, `${at}/traefik/gateway-public.yaml`, (object) => {
          object.spec.listeners[0].protocol = 'HTTP';
        }),
      ),
    ).toContain('listener fredu-fr of gateway public speaks HTTP');
    const opened = (change: (spec: Data) => void) =>
      says(edited(tree, `${at}/education/service-education-api.yaml`, ({ spec }) => change(spec)));
    expect(
      opened((spec) => {
        spec.type = 'NodePort';
        spec.ports[0].nodePort = 31000;
      }),
    ).toContain('service education/education-api opens port 31000 of the nodes, which no flow names');
    expect(
      opened((spec) => {
        spec.type = 'LoadBalancer';
      }),
    ).toContain('service education/education-api opens ports of the nodes, which no flow names');
  });
});

describe('trusted-hop', () => {
  it('anybody more, anybody less, everybody; and headers of clients', () => {
    const trust = (name: string, change: (trusted: string[]) => string[]) =>
      messages(
        trustedHop,
        fixed(({ entryPoints }) => {
          entryPoints[name].proxyProtocol = {
            trustedIPs: change(entryPoints[name].proxyProtocol?.trustedIPs ?? []),
          };
        }),
      );
    expect(trust('websecure', (trusted) => [...trusted, '10.0.0.0/8'])).toHaveLength(1);
    expect(trust('web', (trusted) => trusted.filter((each) => !each.includes(':')))).toHaveLength(1);
    expect(trust('ping', () => ['10.10.0.4'])).toEqual([
      'entry point ping of sxb believes 10.10.0.4; before it stands nobody',
    ]);
    expect(
      messages(
        trustedHop,
        fixed(({ entryPoints }) => Object.assign(entryPoints.web.proxyProtocol, { insecure: true })),
      ),
    ).toHaveLength(1);
    expect(
      messages(
        trustedHop,
        fixed(({ entryPoints }) => Object.assign(entryPoints.web, { forwardedHeaders: { insecure: true } })),
      ),
    ).toEqual(['entry point web of sxb believes X-Forwarded-For, which only clients send here']);
  });
  it('a node port that hides the sender', () => {
    expect(
      messages(
        trustedHop,
        edited(
          tree,
          `${at}/traefik/service-traefik.yaml`,
          (object) => delete object.spec.externalTrafficPolicy,
        ),
      ),
    ).toEqual(["node ports of traefik/traefik hide the sender's address"]);
  });
  const haproxy = (server: string, ...lines: string[]): Tree =>
    new Map([
      [
        'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg',
        ['backend app', ...lines.map((line) => `  ${line}`), `  server w1 ${server}`].join('\n'),
      ],
    ]);
  it('HAProxy that does not say whom it speaks for, or says it to the API', () => {
    expect(messages(trustedHop, haproxy('10.10.0.21:30443 check'))).toEqual([
      "port 30443 of Traefik is not told the client's address",
    ]);
    expect(messages(trustedHop, haproxy('10.10.0.21:30443 check send-proxy-v2'))).toEqual([]);
    expect(messages(trustedHop, haproxy('10.10.0.21:30443', 'default-server check send-proxy-v2'))).toEqual(
      [],
    );
    expect(messages(trustedHop, haproxy('10.10.0.11:6443 send-proxy-v2'))).toEqual([
      'port 6443 is sent a PROXY header that it does not understand',
    ]);
  });
  it('Octavia likewise', () => {
    const octavia = (protocol: string, port: number): Tree =>
      new Map([
        [
          'dc/openstack/cdk.tf.json',
          JSON.stringify({
            resource: {
              openstack_lb_pool_v2: { pool: { protocol } },
              openstack_lb_members_v2: {
                members: {
                  pool_id: ['$', '{openstack_lb_pool_v2.pool.id}'].join(''),
                  member: [{ protocol_port: port }],
                },
              },
            },
          }),
        ],
      ]);
    expect(messages(trustedHop, octavia('TCP', 30443))).toHaveLength(1);
    expect(messages(trustedHop, octavia('PROXYV2', 30443))).toEqual([]);
    expect(messages(trustedHop, octavia('PROXYV2', 6443))).toHaveLength(1);
  });
  it('leaves-in-time: a balancer that looks away later than Traefik leaves', () => {
    const slow = new Map([...tree, ...haproxy('10.10.0.21:30443 check inter 5s fall 3 send-proxy-v2')]);
    expect(messages(leavesInTime, slow)).toHaveLength(3);
    const quick = new Map([...tree, ...haproxy('10.10.0.21:30443 check inter 500 fall 2 send-proxy-v2')]);
    expect(messages(leavesInTime, quick)).toEqual([]);
  });
});

it('leaves-in-time: closing at once, or being killed first', () => {
  expect(
    messages(
      leavesInTime,
      fixed(({ entryPoints }) => delete entryPoints.ping.transport),
    ),
  ).toEqual([expect.stringMatching(/^sxb: entry point ping serves 0 s after it was told to leave/)]);
  expect(
    messages(
      leavesInTime,
      edited(
        tree,
        `${at}/traefik/daemonset-traefik.yaml`,
        (object) => delete object.spec.template.spec.terminationGracePeriodSeconds,
      ),
    ),
  ).toHaveLength(3);
});

describe('client-limits', () => {
  it("no limit, whole IPv6 addresses, a ceiling that is not the model's", () => {
    const limit = (change: (limit: Data) => void) =>
      messages(
        clientLimits,
        watched((data) => change(data.http.middlewares.limit.rateLimit)),
      );
    expect(
      messages(
        clientLimits,
        fixed((data) => Object.assign(data.entryPoints.websecure.http, { middlewares: ['headers@file'] })),
      ),
    ).toEqual(['sxb: the public entry point applies 0 rate limits']);
    expect(limit((each) => delete each.sourceCriterion.ipStrategy.ipv6Subnet)).toEqual([
      'sxb: a client is not its IPv4 address or its IPv6 /64',
    ]);
    expect(
      limit((each) => Object.assign(each.sourceCriterion, { requestHeaderName: 'X-Forwarded-For' })),
    ).toHaveLength(1);
    expect(limit((each) => Object.assign(each, { average: 60 }))).toEqual([
      'sxb: 3 instances x 60 requests a second are 180; the model says 60',
    ]);
  });
  it('an edge that counts whole IPv6 addresses, or refuses the families differently', () => {
    const edge = (...lines: string[]): Tree =>
      new Map([
        [
          'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg',
          [
            'backend st_v6',
            '  stick-table type ipv6 size 1k store conn_rate(10s)',
            'frontend app',
            ...lines.map((line) => `  ${line}`),
          ].join('\n'),
        ],
      ]);
    expect(messages(clientLimits, edge('tcp-request connection track-sc1 src table st_v6'))).toEqual([
      'an IPv6 client is counted by its whole address',
    ]);
    expect(
      messages(clientLimits, edge('tcp-request connection track-sc1 src,ipmask(32,64) table st_v6')),
    ).toEqual([]);
    expect(
      messages(
        clientLimits,
        edge(
          'tcp-request connection reject if v4 { sc0_conn_rate(st_v4) gt 100 }',
          'tcp-request connection reject if !v4 { sc1_conn_rate(st_v6) gt 1000 }',
        ),
      ),
    ).toEqual(['clients are refused beyond 100 or 1000 connections, by their family']);
  });
});

describe('routes-agree', () => {
  const ofTheApp = (changed: Tree) =>
    messages(routesAgree, changed).filter((message) => !message.includes('s3.'));
  it('a path, a service, a listener or a grant that only one of them has', () => {
    const route = `${at}/education/httproute-education.yaml`;
    expect(
      ofTheApp(
        edited(tree, route, (object) => {
          object.spec.rules[0].backendRefs[0].name = 'education-web';
        }),
      ),
    ).toEqual([
      'sxb: the Ingress leads fredu.fr/api* to education/education-api:80, the Gateway education/education-web:80',
      'sxb: the Ingress leads sxb.fredu.fr/api* to education/education-api:80, the Gateway education/education-web:80',
    ]);
    expect(
      ofTheApp(
        edited(tree, route, (object) =>
          object.spec.rules.push({
            matches: [{ path: { type: 'PathPrefix', value: '/x' } }],
            backendRefs: [{ name: 'education-api', port: 80 }],
          }),
        ),
      ),
    ).toEqual([
      'sxb: the Gateway leads fredu.fr/x* to education/education-api:80, the Ingress nowhere',
      'sxb: the Gateway leads sxb.fredu.fr/x* to education/education-api:80, the Ingress nowhere',
    ]);
    expect(
      ofTheApp(edited(tree, `${at}/traefik/gateway-public.yaml`, (object) => object.spec.listeners.shift())),
    ).not.toEqual([]);
    expect(ofTheApp(without(tree, `${at}/education/referencegrant-certificate-education.yaml`))).toHaveLength(
      4,
    );
  });
  it('a service that is not there', () => {
    expect(ofTheApp(without(tree, `${at}/education/service-education-web.yaml`))).toEqual([
      'sxb: fredu.fr/* leads to education/education-web:80, and no such service is in the tree',
      'sxb: sxb.fredu.fr/* leads to education/education-web:80, and no such service is in the tree',
    ]);
  });
});

it('public-certificates: a missing one, a missing name, another way to prove, too late', () => {
  const certificate = `${at}/education/certificate-tls-public.yaml`;
  expect(messages(publicCertificates, without(tree, certificate))).toEqual([
    'nothing fills the secret education/tls-public for fredu.fr',
    'nothing fills the secret education/tls-public for sxb.fredu.fr',
  ]);
  expect(
    messages(
      publicCertificates,
      edited(tree, certificate, (object) => object.spec.dnsNames.pop()),
    ),
  ).toEqual(['the certificate in education/tls-public does not name sxb.fredu.fr']);
  expect(
    messages(
      publicCertificates,
      edited(tree, certificate, (object) => Object.assign(object.spec, { renewBefore: '24h' })),
    ),
  ).toEqual(['a certificate of 90 days is renewed 1 days before it ends']);
  expect(
    messages(
      publicCertificates,
      edited(tree, `${at}/cluster/clusterissuer-public.yaml`, (object) => {
        object.spec.acme.solvers = [{ http01: {} }];
      }),
    ),
  ).toContain('ClusterIssuer public of sxb proves names otherwise than by DNS');
});

it('traefik-options: an option that the release does not have, at any depth', () => {
  expect(
    messages(
      traefikOptions,
      fixed((data) => Object.assign(data.entryPoints.web, { proxyprotocols: {} })),
    ),
  ).toEqual(['sxb: traefik.yaml sets entryPoints.web.proxyprotocols, which Traefik 3.7 does not have']);
  expect(
    messages(
      traefikOptions,
      watched((data) =>
        Object.assign(data.http.middlewares.limit.rateLimit.sourceCriterion.ipStrategy, { ipv6Prefix: 64 }),
      ),
    ),
  ).toEqual([
    'sxb: dynamic.yaml sets http.middlewares.limit.rateLimit.sourceCriterion.ipStrategy.ipv6Prefix, which Traefik 3.7 does not have',
  ]);
});

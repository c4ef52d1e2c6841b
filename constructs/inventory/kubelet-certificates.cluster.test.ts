import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { goTool, KUBELET_CSR_APPROVER } from '#scripts/lib/lab/go-tool.ts';
import { labMissing } from '#scripts/lib/lab/kubernetes-binaries.ts';
import { type Daemon, daemon, run } from '#scripts/lib/run.ts';
import { type Cluster, startCluster } from '#scripts/testing/lab/kubernetes.ts';
import { roomOf } from '#scripts/testing/sites-of.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { both } from '#sites/address.ts';
import { hostsOf, workers } from '#sites/questions.ts';
import { kubesprayCluster } from './kubespray.ts';

/**
 * The real approver with the generated values, asked by every node of a site through a real API server. Not every proxy of Go
 * modules has it: without it this is unproved, also where all else is required; the law kubelet-certificates stays.
 */
const missing = labMissing();
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);
const program = missing === undefined ? await goTool(KUBELET_CSR_APPROVER).catch(() => undefined) : undefined;

const site = roomOf(threeSites(), 'sxb');
const values = parse(kubesprayCluster({ site })).kubelet_csr_approver_values;
const nodes = [...hostsOf(site, 'control-plane'), ...workers(site)];
const [node, other] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];

/**
 * Values as the chart hands them to the program.
 * @see https://github.com/postfinance/kubelet-csr-approver/blob/v1.2.14/charts/kubelet-csr-approver/templates/deployment.yaml
 */
const environment = {
  PROVIDER_REGEX: values.providerRegex,
  PROVIDER_IP_PREFIXES: values.providerIpPrefixes.join(','),
  BYPASS_DNS_RESOLUTION: `${values.bypassDnsResolution}`,
  ALLOWED_DNS_NAMES: '1',
};

describe.skipIf(program === undefined)('kubelets ask for their serving certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fredu-approver-'));
  let cluster: Cluster;
  let approver: Daemon;
  beforeAll(async () => {
    cluster = await startCluster(site);
    approver = daemon([program!, '-metrics-bind-address=0', '-health-probe-bind-address=0'], {
      log: join(folder, 'approver.log'),
      env: { ...environment, KUBECONFIG: cluster.kubeconfig, HOME: folder },
    });
  });
  afterAll(async () => {
    await approver?.stop();
    await cluster?.stop();
    rmSync(folder, { recursive: true });
  });

  /** What a kubelet sends: its user as common name, its name and its addresses. */
  async function ask(request: string, user: string, names: string[], addresses: string[]): Promise<void> {
    const file = join(folder, `${request}.csr`);
    const alternatives = [...names.map((name) => `DNS:${name}`), ...addresses.map((each) => `IP:${each}`)];
    const made = await run([
      ...([
        'openssl',
        'req',
        '-new',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
      ] as const),
      ...['-keyout', join(folder, 'key'), '-out', file, '-subj', `/O=system:nodes/CN=system:node:${user}`],
      ...['-addext', `subjectAltName=${alternatives.join(',')}`],
    ]);
    expect(made.code, made.stderr).toBe(0);
    const sent = await cluster.apply(
      [
        {
          apiVersion: 'certificates.k8s.io/v1',
          kind: 'CertificateSigningRequest',
          metadata: { name: request },
          spec: {
            request: readFileSync(file).toString('base64'),
            signerName: 'kubernetes.io/kubelet-serving',
            usages: ['digital signature', 'server auth'],
          },
        },
      ],
      `--as=system:node:${user}`,
      '--as-group=system:nodes',
      '--as-group=system:authenticated',
    );
    expect(sent.code, sent.stderr).toBe(0);
  }
  const becomes = async (request: string, condition: 'Approved' | 'Denied'): Promise<string> => {
    const done = await cluster.kubectl(
      'wait',
      `--for=condition=${condition}`,
      `csr/${request}`,
      '--timeout=30s',
    );
    expect(done.code, done.stderr).toBe(0);
    const shown = await cluster.kubectl(
      'get',
      `csr/${request}`,
      '-o',
      'jsonpath={.status.conditions[0].message}',
    );
    return shown.stdout;
  };

  it('gives every node one for its name and its addresses of both families', async () => {
    for (const { name, address } of nodes) {
      await ask(name, name, [name], both(address));
      await becomes(name, 'Approved');
    }
  });

  it.each([
    ['an address of the balancer', [node.name], both(site.edge!.api.address), 'IP Prefixes'],
    ['the name of the API', ['kubernetes.default.svc'], both(node.address), 'not prefixed by the node name'],
    ['the name of another node', [other.name], both(other.address), 'not prefixed by the node name'],
    ['a name that only begins like its own', [`${node.name}.example.org`], both(node.address), 'regex'],
  ])('denies %s', async (what, names, addresses, reason) => {
    const request = what.replaceAll(' ', '-');
    await ask(request, node.name, names, addresses);
    expect(await becomes(request, 'Denied')).toContain(reason);
  });
});

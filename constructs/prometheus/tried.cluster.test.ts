import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '../../charts/artefacts.ts';
import { type Cluster, startCluster } from '../../scripts/lab/kubernetes.ts';
import { labMissing } from '../../scripts/lab/kubernetes-binaries.ts';
import { siteOf } from '../../sites/model.ts';
import { threeSites } from '../../sites/three-sites.ts';
import { RULES } from './alerts/index.ts';
import { commandsOf, programOf } from './tried.ts';

const missing = labMissing();
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);

const model = threeSites();
const site = siteOf(model, 'sxb');
/** What a reader puts in, of a platform that runs. */
const FILLED: [RegExp, string][] = [
  [/\{\{ \$labels\.namespace \}\}/g, 'education'],
  [/\{\{ \$labels\.deployment \}\}|<name>/g, 'education-api'],
  [/\{\{ \$labels\.node \}\}/g, 'sxb-worker1'],
  [/\{\{ \$labels\.persistentvolumeclaim \}\}/g, 'data-memcached-0'],
  [/\{\{ \$labels\.secret \}\}/g, 'pgbouncer-server'],
];
const commands = [
  ...new Set(
    commandsOf(RULES.flatMap((rules) => rules({ model, site }).alerts.flatMap(({ steps }) => steps))),
  ),
]
  .filter((command) => programOf(command) === 'kubectl')
  .map((command) =>
    FILLED.reduce((text, [from, to]) => text.replaceAll(from, to), command)
      .replace(/ \| .*/, '')
      .replaceAll(/\\?'/g, ''),
  )
  // Those that need no running pod and no definition that others install.
  .filter((command) => /^kubectl( -n [\w-]+)? (get|describe quota|describe node|rollout)/.test(command))
  .filter(
    (command) =>
      !/certificate,|get certificate -A|cephclient|apiservice|\{\{|get secret prometheus/.test(command),
  );

describe.skipIf(missing !== undefined)('what the runbooks ask of a cluster', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster(site);
    const all = [...artefacts(model)]
      .filter(([path]) => path.startsWith('sxb/kubernetes/'))
      .map(([, text]) => parse(text))
      .filter(({ apiVersion }) => !/rook|cert-manager|gateway\.networking|objectbucket/.test(apiVersion));
    for (const first of [true, false])
      await cluster.apply(
        all.filter(({ kind }) => (kind === 'Namespace') === first),
        '--server-side',
      );
    // Something to go back from.
    await cluster.kubectl('-n', 'education', 'set', 'env', 'deployment/education-api', 'X=1');
    await cluster.kubectl('-n', 'traefik', 'set', 'env', 'daemonset/traefik', 'X=1');
  });
  afterAll(() => cluster?.stop());

  it.each(commands)('%s', async (command) => {
    const [, ...words] = command.split(/\s+/);
    const bounded = words.includes('status') ? [...words, '--timeout=60s'] : words;
    const { code, stderr } = await cluster.kubectl(...bounded);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('is most of what they ask', () => expect(commands.length).toBeGreaterThan(20));
});

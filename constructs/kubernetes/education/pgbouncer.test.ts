import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { nodeSize } from '#constructs/cockroachdb-node.ts';
import { DRAIN } from '#constructs/drain.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import type { Site } from '#sites/model.ts';
import { databaseNodes } from '#sites/questions.ts';
import { Pgbouncer } from './pgbouncer.ts';
import { POOLERS, pgbouncerIni, poolSize } from './pgbouncer-config.ts';

const model = example();
const database = model.database.name;
const par = cloudOf(model, 'par');
function render(site: Site) {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new Pgbouncer(chart, 'pgbouncer', { site, database, user: 'education', name: 'pgbouncer' });
  return chart.toJson();
}
const find = (kind: string) => render(par).find((each) => each.kind === kind);
const settings = (site: Site) =>
  Object.fromEntries(
    pgbouncerIni({ database, site, user: 'education' })
      .split('\n')
      .filter((line) => / =/.test(line) && !line.startsWith(';'))
      .map((line) => line.split(/ = ?/) as [string, string]),
  );

describe('the configuration', () => {
  const ini = settings(par);
  it('dials the balancer of its site, as its one user', () => {
    expect(pgbouncerIni({ database, site: par, user: 'education' })).toContain(
      'example = host=10.2.1.12 port=26257 dbname=example user=education\n',
    );
    expect(pgbouncerIni({ database, site: roomOf(model, 'lyn'), user: 'education' })).toContain(
      'host=10.1.0.100 ',
    );
  });
  it('verifies certificates and names on both sides, and knows no password', () => {
    expect(ini).toMatchObject({
      auth_type: 'cert',
      client_tls_sslmode: 'verify-full',
      server_tls_sslmode: 'verify-full',
      client_tls_key_file: '/etc/pgbouncer/server/tls.key',
      server_tls_key_file: '/etc/pgbouncer/client/tls.key',
    });
    expect(find('ConfigMap').data['users.txt']).toBe('"education" ""\n"monitoring" ""\n');
  });
  it('pools by transaction, with prepared statements', () => {
    expect(ini).toMatchObject({ pool_mode: 'transaction', max_prepared_statements: '200' });
  });
  it('leaves a node that drains before the node hangs up', () => {
    expect(Number(ini.server_lifetime)).toBeLessThan(DRAIN.connectionsSeconds);
  });
  it('keeps all poolers of a site, the surplus one included, within 4 connections a processor', () => {
    const cpus = databaseNodes(par).reduce((sum, host) => sum + nodeSize(par, host).cpus, 0);
    expect(cpus).toBe(24);
    expect(poolSize(par)).toBe(32);
    expect((POOLERS.replicas + POOLERS.surge) * poolSize(par)).toBeLessThanOrEqual(4 * cpus);
  });
});

describe('the pods', () => {
  const deployment = find('Deployment');
  const pod = deployment.spec.template.spec;
  it('are two, on two workers, replaced one by one without a gap', () => {
    expect(deployment.spec).toMatchObject({
      replicas: 2,
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    expect(pod.topologySpreadConstraints[0].whenUnsatisfiable).toBe('DoNotSchedule');
    expect(find('PodDisruptionBudget').spec.maxUnavailable).toBe(1);
  });
  it('roll when the configuration changes', () => {
    const annotation = (site: Site) =>
      render(site).find((each) => each.kind === 'Deployment').spec.template.metadata.annotations[
        'fredu.fr/config'
      ];
    expect(annotation(par)).toMatch(/^[0-9a-f]{16}$/);
    expect(annotation(par)).not.toBe(annotation(roomOf(model, 'lyn')));
  });
  it('end only after their clients have had time to leave', () => {
    expect(pod.terminationGracePeriodSeconds).toBe(5 + 60 + 10);
    expect(pod.containers[0].lifecycle.preStop.exec.command).toEqual(['sleep', '5']);
  });
  it('are restricted and mount their identities by name', () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.containers[0].securityContext.readOnlyRootFilesystem).toBe(true);
    expect(pod.volumes.map((each: { secret?: { secretName: string } }) => each.secret?.secretName)).toEqual([
      undefined,
      'pgbouncer-server',
      'cockroachdb-client-education',
      'cockroachdb-client-monitoring',
    ]);
  });
});

import { App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { example } from '#scripts/testing/example-sites.ts';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import { API } from '#shared/contract.ts';
import type { Model } from '#sites/model.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { Education } from './education.ts';

const model = example();
const [lyn, par] = [roomOf(model, 'lyn'), cloudOf(model, 'par')];
// biome-ignore lint/suspicious/noExplicitAny: rendered objects are read as data
type Data = any;
const render = (site: KubernetesSite, of: Model = model): Data[] => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new Education(chart, 'education', { model: of, site });
  return chart.toJson();
};
const one = (site: KubernetesSite, kind: string, name: string): Data =>
  render(site).find((object) => object.kind === kind && object.metadata.name.startsWith(name));
const pod = (site: KubernetesSite, name: string): Data => one(site, 'Deployment', name).spec.template.spec;
const variables = (site: KubernetesSite, of: Model = model): Record<string, string> =>
  Object.fromEntries(
    render(site, of)
      .find((object) => object.kind === 'Deployment' && object.metadata.name === 'education-api')
      .spec.template.spec.containers[0].env.map(({ name, value, valueFrom }: Data) => [
        name,
        value ?? `${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`,
      ]),
  );

it('tells the API where everything is, secrets by name', () => {
  expect(variables(par)).toMatchInlineSnapshot(`
    {
      "AWS_ACCESS_KEY_ID": "education-s3/AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY": "education-s3/AWS_SECRET_ACCESS_KEY",
      "DATABASE_URL": "postgresql://education@pgbouncer.education.svc.cluster.local:6432/example?sslmode=verify-full",
      "FREDU_KEY": "education-key/key",
      "FREDU_SITE": "par",
      "HOST": "0.0.0.0",
      "MEMCACHED_URLS": "memcached-0.memcached.education.svc:11211,memcached-1.memcached.education.svc:11211",
      "OTEL_EXPORTER_OTLP_ENDPOINT": "education-traces/url",
      "OTEL_EXPORTER_OTLP_HEADERS": "education-traces/headers",
      "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
      "OTEL_TRACES_SAMPLER_ARG": "education-traces/part",
      "PGSSLCERT": "/certificates/tls.crt",
      "PGSSLKEY": "/certificates/tls.key",
      "PGSSLROOTCERT": "/certificates/ca.crt",
      "PORT": "8080",
      "PUBLIC_URL": "https://example.org",
      "S3_BUCKET": "education",
      "S3_ENDPOINT": "https://s3.par.example.org",
      "S3_REGION": "example",
      "S3_WRITE_ENDPOINT": "https://s3.lyn.example.org",
      "SMTP_URL": "education-smtp/url",
    }
  `);
});

it('reads files at the own site and writes them to the primary; without stores it names none', () => {
  expect([variables(lyn).S3_ENDPOINT, variables(lyn).S3_WRITE_ENDPOINT]).toEqual([
    'https://s3.lyn.example.org',
    'https://s3.lyn.example.org',
  ]);
  const moved = { ...model, objects: { ...model.objects!, primary: par } };
  expect(variables(lyn, moved).S3_WRITE_ENDPOINT).toBe('https://s3.par.example.org');
  const storeless = { ...model, objects: undefined };
  const without = variables({ ...lyn, objects: undefined }, storeless);
  expect(without).toMatchObject({ FREDU_FILES: 'none' });
  // A secret that nobody makes would keep the pod from starting.
  expect(Object.keys(without).filter((name) => /^(S3|AWS)_/.test(name))).toEqual([]);
});

it('listens in both families where the site has both', () => {
  expect([variables(lyn).HOST, variables(par).HOST]).toEqual(['::', '0.0.0.0']);
  const families = (site: KubernetesSite) => one(site, 'Service', 'education-api').spec.ipFamilies;
  expect([families(lyn), families(par)]).toEqual([['IPv4', 'IPv6'], ['IPv4']]);
});

it('follows its load on processor and memory, within the bounds of the model', () => {
  const { spec } = one(lyn, 'HorizontalPodAutoscaler', 'education-api');
  expect([spec.minReplicas, spec.maxReplicas]).toEqual([model.app.api.min, model.app.api.max]);
  expect(spec.metrics.map(({ resource }: Data) => resource.name)).toEqual(['cpu', 'memory']);
  expect(one(lyn, 'Deployment', 'education-api').spec.replicas).toBeUndefined();
});

it('goes on serving until the ingress has looked away, then drains, and is not killed before', () => {
  const { containers, terminationGracePeriodSeconds } = pod(lyn, 'education-api');
  const linger = containers[0].lifecycle.preStop.sleep.seconds;
  expect(linger).toBe(5);
  expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(linger + API.drainSeconds);
  expect(pod(lyn, 'education-web').containers[0].lifecycle.preStop.sleep.seconds).toBe(5);
});

it('asks the paths of the contract', () => {
  const [container] = pod(lyn, 'education-api').containers;
  expect(container.readinessProbe.httpGet.path).toBe(API.readyPath);
  expect(container.livenessProbe.httpGet.path).toBe(API.livePath);
  expect(container.ports.map(({ name, containerPort }: Data) => [name, containerPort])).toEqual([
    ['http', API.port],
    ['metrics', API.metricsPort],
  ]);
});

it('mounts the certificate of its user, readable by its group alone', () => {
  const { volumes } = pod(lyn, 'education-api');
  expect(volumes[0]).toEqual({
    name: 'database-certificate',
    secret: { secretName: 'cockroachdb-client-education', defaultMode: 0o440 },
  });
});

it('brings the schema up to date past the pooler, as its own user, once for each image and address', () => {
  const job = one(lyn, 'Job', 'education-migrations');
  const { env, args } = job.spec.template.spec.containers[0];
  expect(job.metadata.name).toMatch(/^education-migrations-[0-9a-f]{10}$/);
  expect(args).toEqual(['migrate']);
  expect(env[0].value).toBe('postgresql://migrations@10.1.0.100:26257/example?sslmode=verify-full');
  expect(job.spec.template.spec.volumes[0].secret.secretName).toBe('cockroachdb-client-migrations');
  // A Job cannot be changed: who dials another address is another job.
  expect(one(par, 'Job', 'education-migrations').metadata.name).not.toBe(job.metadata.name);
});

it('gives every app an account without a token', () => {
  const accounts = render(lyn).filter(({ kind }) => kind === 'ServiceAccount');
  expect(
    accounts.map(({ metadata, automountServiceAccountToken }) => [
      metadata.name,
      automountServiceAccountToken,
    ]),
  ).toEqual([
    ['education-api', false],
    ['education-web', false],
    ['education-migrations', false],
  ]);
});

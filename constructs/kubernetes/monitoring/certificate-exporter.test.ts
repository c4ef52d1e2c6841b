import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { afterAll, expect, it } from 'vitest';
import { identities } from '#constructs/platform/certificates.ts';
import { daemon } from '#scripts/lib/run.ts';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { roomOf } from '#scripts/testing/sites-of.ts';
import { CertificateExporter, certificateSecrets } from './certificate-exporter.ts';
import { certificateExporterScript } from './certificate-exporter-script.ts';

const model = example();
const folder = mkdtempSync(join(tmpdir(), 'fredu-ends-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('mounts the certificate of every Secret that an identity goes to, and no key', () => {
  for (const site of model.sites.filter(({ kubernetes }) => kubernetes)) {
    const wanted = identities(model).flatMap(({ places }) =>
      places.flatMap((place) =>
        'secret' in place && place.site === site.code ? [`${place.namespace}/${place.secret}`] : [],
      ),
    );
    const mounted = [...certificateSecrets({ model, site })].flatMap(([namespace, secrets]) => {
      const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
      new CertificateExporter(chart, namespace, { image: 'app', namespace, secrets });
      const { spec } = chart.toJson().find(({ kind }) => kind === 'Deployment').spec.template;
      expect(JSON.stringify(spec.volumes)).not.toContain('.key');
      return spec.volumes.flatMap(({ secret }: { secret?: { secretName: string } }) =>
        secret ? [`${namespace}/${secret.secretName}`] : [],
      );
    });
    expect(mounted.sort()).toEqual(wanted.sort());
  }
});

it('reads of lyn what its three namespaces hold', () => {
  expect(Object.fromEntries(certificateSecrets({ model, site: roomOf(model, 'lyn') }))).toEqual({
    cockroachdb: ['cockroachdb-client-backup', 'cockroachdb-client-root', 'cockroachdb-node'],
    education: [
      'cockroachdb-client-education',
      'cockroachdb-client-migrations',
      'cockroachdb-client-monitoring',
      'pgbouncer-server',
    ],
    monitoring: ['cockroachdb-client-monitoring', 'prometheus-observer'],
  });
});

it('says until when each lasts, as it is now, and of which nobody knows', async () => {
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as { port: number };
      server.close(() => resolve(free));
    });
  });
  const certificates = join(folder, 'certificates');
  for (const secret of ['good', 'broken', 'missing'])
    mkdirSync(join(certificates, secret), { recursive: true });
  const issue = (days: number) =>
    makeCertificate('x', { key: '/dev/null', certificate: join(certificates, 'good/tls.crt') }, { days });
  await issue(10);
  writeFileSync(join(certificates, 'broken/ca.crt'), 'no certificate');
  writeFileSync(join(folder, 'main.mjs'), certificateExporterScript);
  const exporter = daemon([process.execPath, join(folder, 'main.mjs'), `${port}`, certificates], {
    log: join(folder, 'log'),
  });
  const page = async () => {
    for (let tries = 0; tries < 100; tries++) {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
      if (answer?.ok) return answer.text();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the exporter does not answer');
  };
  const days = (text: string): number =>
    Math.round(
      (Number(/not_after_timestamp_seconds\{secret="good",file="tls.crt"\} (\d+)/.exec(text)?.[1]) -
        Date.now() / 1000) /
        86400,
    );
  try {
    const text = await page();
    expect(text.split('\n').filter((line) => line.startsWith('certificate_readable'))).toEqual([
      'certificate_readable{secret="broken",file="ca.crt"} 0',
      'certificate_readable{secret="good",file="tls.crt"} 1',
      'certificate_readable{secret="missing",file="none"} 0',
    ]);
    expect(days(text)).toBe(10);
    await issue(90);
    expect(days(await page())).toBe(90);
  } finally {
    await exporter.stop();
  }
});

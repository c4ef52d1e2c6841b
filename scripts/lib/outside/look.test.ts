import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, isIPv6 } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';
import type { Site } from '#sites/model.ts';
import { appSites } from '#sites/questions.ts';
import { type LookOptions, lookFromOutside } from './look.ts';
import { rightAddresses } from './ways.ts';

/** A site whose way in is this machine: TLS before the real app. The store of its objects is not there. */
const model = threeSites();
const site = appSites(model)[0]! as Site;
const ANY_PORT = 0;
const LOOPBACK = '127.0.0.1';
if (site.edge?.kind === 'haproxy') site.edge.app.address = { ipv4: LOOPBACK };
model.anycast = {};
const { app } = await testApp({ publicUrl: `https://${model.domain}` });
const folder = mkdtempSync(join(tmpdir(), 'fredu-outside-'));
const pair = (name: string) => ({
  key: join(folder, `${name}.key`),
  certificate: join(folder, `${name}.crt`),
});
const teacher = DEMO_PEOPLE.find(({ role }) => role === 'teacher')!;
let look: (options?: Partial<LookOptions>) => Promise<string[]>;
let close: () => void;

beforeAll(async () => {
  const behind = Number(new URL(await app.listen({ host: LOOPBACK, port: ANY_PORT })).port);
  const names = [`DNS:${model.domain}`, `DNS:${site.domain}`];
  await makeCertificate('authority', pair('authority'), { days: 60 });
  await makeCertificate('front', pair('front'), { names, by: pair('authority'), days: 30 });
  const tls = { key: readFileSync(pair('front').key), cert: readFileSync(pair('front').certificate) };
  const front = createServer(tls, (asked, answer) => {
    const headers = { ...asked.headers, 'x-forwarded-for': LOOPBACK, 'x-forwarded-proto': 'https' };
    const { method, url: path } = asked;
    // Its pages come from another pod.
    if (path === '/') return void answer.end('<!doctype html>');
    const on = request({ host: LOOPBACK, port: behind, method, path, headers }, (answered) => {
      answer.writeHead(answered.statusCode!, answered.headers);
      answered.pipe(answer);
    });
    asked.pipe(on);
  });
  await new Promise<void>((resolve) => front.listen(ANY_PORT, LOOPBACK, resolve));
  close = () => front.close();
  look = async (options = {}) => {
    const seen = await lookFromOutside(model, {
      sites: [site.code],
      isByName: false,
      authorities: readFileSync(pair('authority').certificate, 'utf8'),
      account: { email: teacher.email, password: DEMO_PASSWORD },
      now: Date.now(),
      port: (front.address() as AddressInfo).port,
      ...options,
    });
    return seen
      .filter((each) => each.site === site.code)
      .map(({ state, about, text }) => `${state} ${about}: ${text}`);
  };
});
afterAll(() => {
  close?.();
  rmSync(folder, { recursive: true });
});

it('asks each name with its certificate, signs in, and sends a file that comes back as it was', async () => {
  const seen = await look();
  expect(seen).toEqual([
    `good https ${model.domain} ipv4: 200, 200; certificate for 29 days`,
    `good https ${site.domain} ipv4: 200, 200; certificate for 29 days`,
    expect.stringMatching(/^wrong https s3\.\S+ ipv4: at 127\.0\.0\.1: ERR_TLS_CERT_ALTNAME_INVALID$/),
    'good author ipv4: signed in, a file of 256 KiB up and down, signed out',
  ]);
});

it('says why it could not sign in, and that nobody renews a certificate', async () => {
  const seen = await look({ account: { email: teacher.email, password: 'other words' } });
  expect(seen.at(-1)).toMatch(/^wrong author ipv4: POST \/sessions was answered 401: \S/);
  const later = await look({ now: Date.now() + 20 * 86_400_000 });
  expect(later[0]).toMatch(/^wrong https .*ends in 9 days: nobody renews it$/);
  expect((await look({ account: undefined })).at(-1)).toContain('not asked: FREDU_OUTSIDE_EMAIL');
});

it('takes the way in of each site, and what they announce together, for right', () => {
  const own = rightAddresses(threeSites(), model.domain, 'ipv6');
  expect(own.length).toBeGreaterThan(1);
  expect(own.every((address) => isIPv6(address))).toBe(true);
  expect(rightAddresses(threeSites(), site.domain, 'ipv4')).toHaveLength(1);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '#scripts/lib/run.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Model } from '#sites/model.ts';
import type { Input } from '#sites/schema/schema.ts';
import { dnsFiles } from './dns.ts';

const served = (change: (input: Input) => void = () => {}): Model =>
  example((input) => {
    input.platform.dns = { servers: { ns1: '203.0.113.53', ns2: ['198.51.100.53', '2001:db8::53'] } };
    change(input);
  });
const zone = (model: Model, name: string): string[] =>
  new Map(dnsFiles(model)).get(`${name}.zone`)!.split('\n');
const lines = (model: Model, start: string): string[] =>
  zone(model, 'example.org').filter((line) => line.startsWith(`${start} `));
const serialOf = (model: Model) =>
  zone(model, 'example.org')
    .find((line) => line.includes(' SOA '))!
    .split(' ')[5];

describe('the shared name', () => {
  it('holds the addresses of every site that serves the app, and is forgotten in a minute', () => {
    expect(lines(served(), '@').filter((line) => /IN A/.test(line))).toEqual([
      '@ 60 IN A 198.18.1.100',
      '@ 60 IN AAAA 2001:db8:1:1::64',
      '@ 60 IN A 198.18.2.10',
    ]);
  });

  it('holds the service address alone where there is one, in its families alone', () => {
    const both = served(({ platform }) => {
      platform.anycast = ['192.0.2.1', '2001:db8:ffff::1'];
    });
    expect(lines(both, '@').filter((line) => /IN A/.test(line))).toEqual([
      '@ 300 IN A 192.0.2.1',
      '@ 300 IN AAAA 2001:db8:ffff::1',
    ]);
    const one = served(({ platform }) => {
      platform.anycast = '192.0.2.1';
    });
    expect(lines(one, '@').filter((line) => /IN A/.test(line))).toEqual(['@ 300 IN A 192.0.2.1']);
  });
});

describe('names of a site', () => {
  it('lead to its own front, in the families that it has', () => {
    for (const name of ['lyn', 's3.lyn'])
      expect(lines(served(), name).slice(0, 2)).toEqual([
        `${name} 300 IN A 198.18.1.100`,
        `${name} 300 IN AAAA 2001:db8:1:1::64`,
      ]);
    expect(lines(served(), 's3.par')[0]).toBe('s3.par 300 IN A 198.18.2.10');
    expect(lines(served(), 'par').some((line) => line.includes('AAAA'))).toBe(false);
  });

  it('are not there for a site that serves nothing', () => {
    expect(lines(served(), 'nic')).toEqual([]);
    expect(lines(served(), 'node1.nic')).toEqual(['node1.nic 3600 IN A 198.18.3.4']);
  });

  it('show no host that the world does not reach, and no private address', () => {
    const text = dnsFiles(served())
      .map(([, each]) => each)
      .join('');
    expect(text).not.toMatch(/\bcp1\b/);
    expect(text).not.toMatch(/\b(10\.|192\.168\.|fd)\d/);
  });

  it('are left to the name servers of Designate where those are known', () => {
    const model = served(({ sites }) => {
      sites.par!.openstack!.designate = true;
      sites.par!.openstack!.nameServers = ['ns1.cloud.example.net'];
    });
    expect(
      zone(model, 'example.org').filter((line) =>
        /(^|\.)par /.test(line.split(' IN ')[0]!.replace(/ \d+$/, ' ')),
      ),
    ).toEqual(['par 86400 IN NS ns1.cloud.example.net.']);
  });
});

it('lets one authority sign, by one proof, whose records only the site that asks may write', () => {
  expect(lines(served(), '@').filter((line) => line.includes('CAA'))).toEqual([
    '@ 3600 IN CAA 0 issue "letsencrypt.org; validationmethods=dns-01"',
    '@ 3600 IN CAA 0 issuewild ";"',
    '@ 3600 IN CAA 0 iodef "mailto:operations@example.org"',
  ]);
  const challenges = new Map(dnsFiles(served())).get('challenges.conf')!;
  expect(challenges.match(/grant .*/g)).toEqual([
    'grant "acme-lyn" name _acme-challenge.example.org. TXT;',
    'grant "acme-par" name _acme-challenge.example.org. TXT;',
    'grant "acme-lyn" name _acme-challenge.lyn.example.org. TXT;',
    'grant "acme-par" name _acme-challenge.par.example.org. TXT;',
    'grant "acme-lyn" name _acme-challenge.s3.lyn.example.org. TXT;',
    'grant "acme-par" name _acme-challenge.s3.par.example.org. TXT;',
  ]);
});

it('takes and sends no mail unless somebody is named for it', () => {
  const texts = (model: Model) =>
    zone(model, 'example.org').filter((line) => /^(@|_dmarc) .*(MX|TXT)/.test(line));
  expect(texts(served())).toEqual([
    '@ 3600 IN MX 0 .',
    '@ 3600 IN TXT "v=spf1 -all"',
    '_dmarc 3600 IN TXT "v=DMARC1; p=reject; sp=reject; rua=mailto:operations@example.org"',
  ]);
  const mail = { exchangers: ['mx1.example.net', 'mx2.example.net'], senders: ['_spf.example.net'] };
  expect(
    texts(
      served(({ platform }) => {
        platform.dns!.mail = mail;
      }),
    ).slice(0, 3),
  ).toEqual([
    '@ 3600 IN MX 10 mx1.example.net.',
    '@ 3600 IN MX 20 mx2.example.net.',
    '@ 3600 IN TXT "v=spf1 include:_spf.example.net -all"',
  ]);
});

describe('reverse zones', () => {
  it('are whole octets and nibbles, or a named piece of an octet', () => {
    const model = served(({ sites }) => {
      sites.nic!.networks.nodes = '198.18.3.0/28';
    });
    expect(zone(model, '1.18.198.in-addr.arpa')).toContain('100 3600 IN PTR lyn.example.org.');
    expect(zone(model, '0-28.3.18.198.in-addr.arpa')).toContain('4 3600 IN PTR node1.nic.example.org.');
    expect(zone(model, '1.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa')).toContain(
      '4.6.0.0.0.0.0.0.0.0.0.0.0.0.0.0 3600 IN PTR lyn.example.org.',
    );
  });

  it('have one name an address, whose own record leads back', () => {
    const model = threeSites();
    const files = dnsFiles(model);
    const forward = files[0]![1];
    const pointers = files
      .filter(([name]) => name.endsWith('.arpa.zone'))
      .flatMap(([, text]) => text.match(/^\S+ .*PTR .*$/gm)!);
    expect(pointers).toHaveLength(18);
    for (const pointer of pointers) {
      const name = pointer.split(' ').at(-1)!.replace(`.${model.domain}.`, '');
      expect(forward).toMatch(new RegExp(`^${name} \\d+ IN A`, 'm'));
    }
  });
});

it('has a serial of its content', () => {
  expect(serialOf(served())).toBe(serialOf(served()));
  const moved = served(({ sites }) => {
    const { edge } = sites.par!;
    if (edge?.kind === 'octavia') edge.app.public = '198.18.2.99';
  });
  expect(serialOf(moved)).not.toBe(serialOf(served()));
  expect(Number(serialOf(served()))).toBeLessThan(2 ** 32);
});

it('writes the dots of a contact so that they stay its own', () => {
  const model = served(({ platform }) => {
    platform.contact = 'first.last@example.org';
  });
  expect(zone(model, 'example.org')[2]).toMatch(
    /^@ IN SOA ns1\.example\.org\. first\\\.last\.example\.org\. \d+ /,
  );
});

it('makes nothing where the zone is made elsewhere', () => {
  expect(dnsFiles(example())).toEqual([]);
});

describe.each([
  ['our own sites', threeSites()],
  ['the example', served()],
])('%s', (_, model) => {
  const folder = mkdtempSync(join(tmpdir(), 'fredu-dns-'));
  const files = dnsFiles(model);
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  afterAll(() => rmSync(folder, { recursive: true }));
  const accepts = async (program: string, ...words: string[]) => {
    const { code, stdout } = await run([program, ...words], { cwd: folder, timeoutSeconds: 20 });
    expect(code, stdout).toBe(0);
  };

  itJudged('named-checkzone', 'has zones that BIND loads, each complete', async () => {
    for (const [name] of files.filter(([each]) => each.endsWith('.zone'))) {
      await accepts(
        'named-checkzone',
        '-i',
        'local',
        '-k',
        'fail',
        '-n',
        'fail',
        name.replace(/\.zone$/, ''),
        name,
      );
    }
  });

  itJudged('named-checkconf', 'has configuration that BIND reads', async () => {
    await accepts('named-checkconf', 'zones.conf');
    await accepts('named-checkconf', 'challenges.conf');
  });
});

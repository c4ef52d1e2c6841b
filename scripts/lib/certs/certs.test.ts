import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { identities } from '#constructs/platform/certificates.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { plain } from '../procedure/plain.ts';
import { init } from '../secrets/commands.ts';
import { AUTHORITIES, Store, setAt, valueAt } from '../secrets/store.ts';
import { readAuthorities, trusted } from './authorities.ts';
import { authority, type Context, issueMissing, show, showFolder, showPlan } from './commands.ts';
import { certs } from './door.ts';
import { rotation } from './rotation.ts';
import { certificatesIn, isPair, isSignedBy, issue, makeAuthority, read } from './x509.ts';

const model = threeSites();
const now = new Date('2026-11-30T12:00:00Z');
const days = (count: number): Date => new Date(now.getTime() + count * 86_400_000);
let folder: string;
let said: string;
let context: Context;
let before: string | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fredu-certs-'));
  before = process.env.SOPS_AGE_KEY_FILE;
  process.env.SOPS_AGE_KEY_FILE = join(folder, 'keys.txt');
  said = '';
  const store = new Store(join(folder, 'secrets'));
  const out = (text: string) => {
    said += text;
  };
  context = { model, store, now, out };
  await init({ ...context, tree: folder, state: folder });
});
afterEach(() => {
  if (before === undefined) delete process.env.SOPS_AGE_KEY_FILE;
  else process.env.SOPS_AGE_KEY_FILE = before;
  rmSync(folder, { recursive: true });
});
const planned = async (at = now): Promise<{ code: number; lines: string[] }> => {
  said = '';
  const code = await showPlan({ ...context, now: at });
  return { code, lines: said.split('\n').filter((line) => !line.startsWith('good')) };
};
const sxbNode = ['kubernetes', 'cockroachdb', 'cockroachdb-node'];

describe('a certificate', () => {
  it('says what its row says, in both families, and is its authority’s', async () => {
    const by = await makeAuthority('fredu database', { now });
    for (const identity of identities(model)) {
      const pair = await issue(identity, { by, now });
      expect(isPair(pair)).toBe(true);
      expect(isSignedBy(pair.certificate, [by.certificate])).toBe(true);
      const facts = read(pair.certificate);
      expect(facts).toMatchObject({
        commonName: identity.commonName,
        usages: identity.usages,
        names: identity.names,
        isAuthority: false,
      });
      expect(facts.addresses).toHaveLength(identity.addresses.length);
    }
  });

  it('never outlives its authority', async () => {
    const by = await makeAuthority('short', { now, days: 10 });
    const [identity] = identities(model);
    expect(read((await issue(identity!, { by, now })).certificate).notAfter).toEqual(
      read(by.certificate).notAfter,
    );
  });
});

describe('plan and issue', () => {
  it('names of the tree are the names that are issued', async () => {
    await issueMissing(context);
    const table = parse(artefacts(model, 'platform').get('platform/certificates.yaml')!);
    for (const { id, commonName, names } of table.identities) {
      said = '';
      await show(context, id);
      expect(read(said)).toMatchObject({ commonName, names });
    }
  });

  it('find nothing to do after an issue, and write nothing then', async () => {
    await issueMissing(context);
    const whole = readFileSync(context.store.path('sxb'), 'utf8');
    expect(await planned()).toEqual({ code: 0, lines: ['20 good; the first ends 2027-11-30', ''] });
    said = '';
    await issueMissing(context);
    expect(said).toBe('nothing is missing, ends soon or is wrong\n');
    expect(readFileSync(context.store.path('sxb'), 'utf8')).toBe(whole);
  });

  it('see what ends within 30 days, what has ended, and an authority that ends before a new certificate would', async () => {
    await issueMissing(context);
    expect((await planned(days(334))).code).toBe(0);
    const soon = await planned(days(336));
    expect(soon.code).toBe(1);
    expect(soon.lines[0]).toBe(
      'expiring  sxb/cockroachdb-node  Secret cockroachdb/cockroachdb-node at sxb: ends 2027-11-30',
    );
    expect((await planned(days(366))).lines[0]).toMatch(
      /^expired {3}sxb\/cockroachdb-node .*: expired 2027-11-30$/,
    );
    await issueMissing({ ...context, now: days(3300) });
    expect(await planned(days(3300))).toEqual({
      code: 1,
      lines: [
        'ends      the database’s authority ends 2036-11-27: npm run certs -- rotate',
        '20 good; the first ends 2036-11-27',
        '',
      ].toSorted((a, b) => Number(b.startsWith('ends')) - Number(a.startsWith('ends'))),
    });
  });

  it.each<
    [string, (by: Awaited<ReturnType<typeof readAuthorities>>) => Promise<Record<string, string>>, RegExp]
  >([
    [
      'wrong names',
      async ({ database }) => {
        const row = identities(model)[0]!;
        const names = [...row.names.slice(1), 'db.old'];
        const addresses = row.addresses.filter((each) => each !== '2001:db8:10:2::10');
        const made = await issue({ ...row, names, addresses }, { by: database.current!, now });
        return { 'node.crt': made.certificate, 'node.key': made.key };
      },
      /^wrong .*: node\.crt lacks the name localhost; has the name db\.old, which nobody dials; lacks the address 2001:db8:10:2::10$/,
    ],
    [
      'another authority',
      async () => {
        const by = await makeAuthority('fredu database', { now });
        const made = await issue(identities(model)[0]!, { by, now });
        return { 'node.crt': made.certificate, 'node.key': made.key };
      },
      /^wrong .*: node\.crt is signed by an authority that nobody trusts$/,
    ],
    [
      'the key of another',
      async ({ database }) => ({
        'node.key': (await issue(identities(model)[0]!, { by: database.current!, now })).key,
      }),
      /^wrong .*: node\.key is the key of another certificate$/,
    ],
    [
      'half a certificate',
      async () => ({ 'node.crt': '-----BEGIN CERTIFICATE-----\nMIIB' }),
      /^wrong .*: node\.crt is no certificate$/,
    ],
    ['no bundle', async () => ({ 'ca.crt': '' }), /^missing .*: ca\.crt is missing$/],
    [
      'an empty bundle',
      async () => ({ 'ca.crt': 'nobody' }),
      /^wrong .*: ca\.crt lacks an authority that is trusted now$/,
    ],
  ])('see %s, and mend it', async (_, change, message) => {
    await issueMissing(context);
    const sxb = await context.store.read('sxb');
    for (const [file, text] of Object.entries(await change(await readAuthorities(context.store))))
      setAt(sxb, [...sxbNode, file], text);
    await context.store.write(new Map([['sxb', sxb]]), { now });
    const { code, lines } = await planned();
    expect(code).toBe(1);
    expect(lines[0]).toMatch(message);
    expect(lines[1]).toBe('1 to mend: npm run certs -- issue');
    await issueMissing(context);
    expect((await planned()).code).toBe(0);
  });

  it('say before what an issue would do, and write nothing', async () => {
    await issueMissing(context, { dry: true });
    expect(context.store.names()).toEqual([]);
    expect(said).toContain('root: tls.crt is missing, issued\n');
  });

  it('give one identity a new key when it is asked for, the same at every place', async () => {
    await issueMissing(context);
    const place = ['kubernetes', 'education', 'cockroachdb-client-monitoring', 'tls.key'];
    const old = valueAt(await context.store.read('sxb'), place);
    await issueMissing(context, { renewed: ['monitoring'] });
    const renewed = valueAt(await context.store.read('sxb'), place);
    expect(renewed).not.toBe(old);
    expect(valueAt(await context.store.read('dc'), place)).toBe(renewed);
    await expect(issueMissing(context, { renewed: ['somebody'] })).rejects.toThrow(
      /there is no identity somebody; there are sxb/,
    );
  });
});

describe('a folder that a person has', () => {
  it('is matched by its paths, or by whom its certificates are for', async () => {
    const by = await makeAuthority('by hand', { now });
    const all = identities(model);
    const put = async (
      id: string,
      file: string,
      { at = now, names }: { at?: Date; names?: string[] } = {},
    ) => {
      const row = all.find((each) => each.id === id)!;
      const made = await issue({ ...row, names: names ?? row.names }, { by, now: at });
      const path = join(folder, 'mine', file);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(`${path}.crt`, made.certificate);
      writeFileSync(`${path}.key`, made.key);
    };
    await put('do/do-node1', 'do/do-node1/etc/cockroachdb/certs/node');
    await put('do/do-node2', 'node-2', { at: days(-400) });
    await put('do/do-node3', 'node-3', { names: ['localhost', 'do-node3', 'old.example'] });
    await put('root', 'client.root');
    writeFileSync(join(folder, 'mine/ca.crt'), by.certificate);
    said = '';
    expect(showFolder(join(folder, 'mine'), context)).toBe(1);
    expect(said.split('\n').filter((line) => /^\S+ +(do\/|root|education)/.test(line))).toEqual([
      'good      do/do-node1           /etc/cockroachdb/certs of do-node1: good until 2027-11-30',
      'expired   do/do-node2           /etc/cockroachdb/certs of do-node2: expired 2026-10-26',
      'wrong     do/do-node3           /etc/cockroachdb/certs of do-node3: node.crt lacks the name node3.do.fredu.fr; has the name old.example, which nobody dials',
      'good      root                  Secret cockroachdb/cockroachdb-client-root at sxb: good until 2027-11-30',
      'missing   education             Secret education/cockroachdb-client-education at sxb: tls.crt is missing',
      'missing   education             Secret education/cockroachdb-client-education at dc: tls.crt is missing',
    ]);
    expect(() => showFolder(join(folder, 'nowhere'), context)).toThrow(
      /cannot read .*nowhere: it does not exist/,
    );
  });
});

describe('a rotation', () => {
  it('trusts both authorities before the new one signs, and forgets the old one last', async () => {
    await issueMissing(context);
    const seen = async () => {
      const sxb = await context.store.read('sxb');
      const at = (file: string) => valueAt(sxb, [...sxbNode, file])!;
      const all = trusted(await readAuthorities(context.store));
      expect(at('ca.crt')).toBe(all.join(''));
      expect(valueAt(sxb, ['hosts', 'sxb-edge1', '/etc/haproxy/database-ca.crt'])).toBe(all.join(''));
      expect(isSignedBy(at('node.crt'), all)).toBe(true);
      return { bundle: certificatesIn(at('ca.crt')), node: at('node.crt') };
    };
    const first = await seen();
    await authority(context, 'next');
    expect((await planned()).code).toBe(1);
    await issueMissing(context);
    const both = await seen();
    expect(both.bundle).toHaveLength(2);
    expect(both.node).toBe(first.node);
    await authority(context, 'promote');
    expect((await planned()).lines[0]).toMatch(/node\.crt is signed by an authority that goes$/);
    await issueMissing(context);
    const anew = await seen();
    expect(new Set(anew.bundle)).toEqual(new Set(both.bundle));
    expect(isSignedBy(anew.node, first.bundle)).toBe(false);
    await authority(context, 'forget');
    await issueMissing(context);
    const alone = await seen();
    expect(alone.bundle).toHaveLength(1);
    expect(alone.node).toBe(anew.node);
    expect(alone.bundle).not.toEqual(first.bundle);
    expect((await planned()).code).toBe(0);
  });

  it('makes no move twice, and goes back by the same way', async () => {
    await issueMissing(context);
    const [old] = trusted(await readAuthorities(context.store));
    for (const move of ['next', 'next', 'promote', 'promote', 'demote', 'demote', 'drop', 'drop'])
      await authority(context, move);
    expect(trusted(await readAuthorities(context.store))).toEqual([old]);
    await expect(authority(context, 'promote')).rejects.toThrow(/no next authority is there/);
    await expect(authority(context, 'demote')).rejects.toThrow(/forgotten already/);
    await expect(authority(context, 'sideways')).rejects.toThrow(/there is no move sideways/);
  });

  it('keeps private halves of authorities out of the files of sites', async () => {
    await issueMissing(context);
    const { database, kubernetes } = await readAuthorities(context.store);
    const keys = [database.current!.key, ...Object.values(kubernetes).map(({ key }) => key)];
    expect(keys).toHaveLength(2);
    for (const name of context.store.names().filter((each) => each !== AUTHORITIES)) {
      const text = JSON.stringify(await context.store.read(name));
      for (const key of keys) expect(text).not.toContain(JSON.stringify(key).slice(1, -1));
    }
  });

  it.each([
    ['rotate', {}],
    ['revoke', { revoked: ['education'] }],
  ])('%s is shown before anything is done', async (verb, props) => {
    await expect(plain(rotation({ model, ...props }))).toMatchFileSnapshot(
      `../../transcripts/certificates-${verb}.txt`,
    );
  });
});

describe('the command line', () => {
  const refused = async (...args: string[]) => {
    const { message } = await certs(
      [...args, '--secrets', join(folder, 'secrets'), '--state', join(folder, 'state')],
      {
        loaded: model,
        out: context.out,
      },
    ).then(
      () => expect.fail('it was done'),
      (error: Error) => error,
    );
    return message.split('\n')[0];
  };
  it('refuses what it does not know in one line', async () => {
    expect(await refused()).toBe('say what to do');
    expect(await refused('renew')).toBe('there is no renew');
    expect(await refused('revoke')).toBe('name an identity');
    expect(await refused('revoke', 'somebody')).toMatch(/^there is no identity somebody/);
    expect(await refused('rotate', '--settle', 'long')).toBe(
      '--settle long: whole seconds from 1 to 86400 are expected',
    );
    expect(await refused('rotate', '--from', 'nowhere')).toMatch(
      /^there is no step nowhere; there are make-authority/,
    );
    expect(await refused('plan', '--nonsense')).toMatch(/^Unknown option '--nonsense'/);
  });
});

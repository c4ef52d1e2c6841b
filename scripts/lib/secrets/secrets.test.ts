import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { siteOf } from '#sites/questions.ts';
import { issueMissing } from '../certs/commands.ts';
import { makeIdentity } from './age-keys.ts';
import { check } from './check.ts';
import { type Context, init, makeMissing, putSite, reseal, showNames, sitesNamed } from './commands.ts';
import { edited, values } from './edit.ts';
import { siteSecrets } from './site-secrets.ts';
import { Store, setAt, valueAt } from './store.ts';

const model = threeSites();
const now = new Date('2026-11-30T12:00:00Z');
let folder: string;
let said: string;
let store: Store;
let context: Context;
let before: string | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fredu-secrets-'));
  before = process.env.SOPS_AGE_KEY_FILE;
  process.env.SOPS_AGE_KEY_FILE = join(folder, 'keys.txt');
  store = new Store(join(folder, 'secrets'));
  said = '';
  context = {
    model,
    store,
    now,
    tree: join(folder, 'dist'),
    state: join(folder, 'state'),
    out: (text) => {
      said += text;
    },
  };
  await init(context);
});
afterEach(() => {
  if (before === undefined) delete process.env.SOPS_AGE_KEY_FILE;
  else process.env.SOPS_AGE_KEY_FILE = before;
  chmodSync(join(folder, 'secrets'), 0o700);
  rmSync(folder, { recursive: true });
});
const looked = () => check(model, model.sites, store);
const texts = () =>
  readdirSync(store.folder)
    .map((name) => readFileSync(join(store.folder, name), 'utf8'))
    .join('\n');

describe('from nothing', () => {
  it('begins with a key and a file of readers, once', async () => {
    expect(readFileSync(join(store.folder, '.sops.yaml'), 'utf8')).toMatch(/creation_rules:/);
    const key = readFileSync(join(folder, 'keys.txt'), 'utf8');
    await init(context);
    expect(readFileSync(join(folder, 'keys.txt'), 'utf8')).toBe(key);
    expect(said).not.toContain('AGE-SECRET-KEY');
  });

  it('is whole once made, issued, and edited by a person', async () => {
    expect((await looked()).findings.map(({ kind }) => kind)).not.toContain('spare');
    await makeMissing(context);
    await issueMissing(context);
    const left = (await looked()).findings;
    expect(left.map(({ file, what }) => `${file} ${what}`)).toEqual([
      'sxb Secret cert-manager/acme-tsig: secret',
      'sxb Secret monitoring/alertmanager-receivers: page, ticket, watchdog',
      'dc Secret cert-manager/acme-tsig: secret',
      'dc Secret monitoring/alertmanager-receivers: page, ticket, watchdog',
    ]);
    for (const code of ['sxb', 'dc']) {
      const tree = await edited(model, siteOf(model, code), {
        tree: await store.read(code),
        editor: async (path) => {
          const text = readFileSync(path, 'utf8');
          expect(text).toContain('alertmanager-receivers: an address of a web hook each');
          const filled = text.replaceAll(/^( +)(secret|page|ticket|watchdog): ""/gm, '$1$2: of mine');
          writeFileSync(path, filled);
          return 0;
        },
      });
      await store.write(new Map([[code, tree]]), { now });
    }
    expect((await looked()).findings).toEqual([]);
    expect(texts()).not.toMatch(/of mine|PRIVATE KEY|BEGIN CERTIFICATE/);
  });

  it('draws words alike wherever they stand, and twice changes nothing', async () => {
    await makeMissing(context);
    const trees = await Promise.all(['sxb', 'dc', 'do'].map((code) => store.read(code)));
    const [sxb, dc, rented] = trees;
    const id = valueAt(sxb!, ['kubernetes', 'rook-ceph', 'cockroachdb-backup-s3', 'AWS_ACCESS_KEY_ID']);
    expect(id).toMatch(/^[0-9a-f]{20}$/);
    expect(valueAt(dc!, ['kubernetes', 'cockroachdb', 'cockroachdb-backup-s3', 'AWS_ACCESS_KEY_ID'])).toBe(
      id,
    );
    const env = valueAt(rented!, ['hosts', 'do-node1', '/etc/cockroachdb/backup.env'])!;
    expect(env).toMatch(new RegExp(`^AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=[0-9a-f]{40}\n$`));
    const whole = texts();
    await makeMissing(context);
    expect(texts()).toBe(whole);
  });

  it('puts a new key before those of the past, by which something is sealed still', async () => {
    const keyAt = async (code: string) =>
      valueAt(await store.read(code), ['kubernetes', 'education', 'education-key', 'key']);
    await makeMissing(context);
    const before = await keyAt('sxb');
    expect(before).toMatch(/^[0-9a-f]{40}$/);
    await makeMissing(context, { renewed: ['education-key'] });
    const after = await keyAt('sxb');
    expect(after).toMatch(new RegExp(`^[0-9a-f]{40},${before}$`));
    expect(await keyAt('dc')).toBe(after);
  });
});

describe('check', () => {
  beforeEach(async () => {
    await makeMissing(context);
    await issueMissing(context);
  });

  it('finds what is spare, what differs between sites, and a file of no site', async () => {
    const dc = await store.read('dc');
    setAt(dc, ['kubernetes', 'education', 'old', 'key'], 'x');
    setAt(dc, ['kubernetes', 'education', 'education-s3', 'AWS_ACCESS_KEY_ID'], 'another');
    await store.write(
      new Map([
        ['dc', dc],
        ['lyn', { a: 'b' }],
      ]),
      { now },
    );
    const found = (await looked()).findings.filter(({ kind }) => kind !== 'missing');
    expect(found.map(({ file, kind, what }) => `${file} ${kind}: ${what}`)).toEqual([
      'dc spare: kubernetes education old key is named by nothing in the tree of dc',
      'dc differs: AWS_ACCESS_KEY_ID of education/education-s3 is another one than in the file of sxb',
      'lyn spare: there is no site lyn',
    ]);
  });

  it('sees who may read a file and should not, and rotate mends it', async () => {
    const stranger = await makeIdentity(join(folder, 'other.txt'));
    const rules = join(store.folder, '.sops.yaml');
    writeFileSync(rules, readFileSync(rules, 'utf8').replaceAll(/(age: age1\w+)/g, `$1,${stranger}`));
    expect(
      (await looked()).findings.filter(({ kind }) => kind === 'readers').map(({ what }) => what),
    ).toEqual(Array(3).fill(`it cannot be read by ${stranger}`));
    await reseal(context);
    expect((await looked()).findings.filter(({ kind }) => kind === 'readers')).toEqual([]);
    process.env.SOPS_AGE_KEY_FILE = join(folder, 'other.txt');
    expect(
      valueAt(await new Store(store.folder).read('sxb'), [
        'hosts',
        'sxb-edge1',
        '/etc/haproxy/database-ca.crt',
      ]),
    ).toContain('BEGIN');
  });

  it('looks at names without a key', async () => {
    process.env.SOPS_AGE_KEY_FILE = join(folder, 'nothing');
    const { findings, isOpened } = await looked();
    expect(isOpened).toBe(false);
    expect(findings.map(({ file, kind }) => `${file} ${kind}`)).toEqual([
      'sxb missing',
      'sxb missing',
      'dc missing',
      'dc missing',
    ]);
  });

  it('lists what each site needs without a value', () => {
    said = '';
    showNames(context, sitesNamed(model, ['do']));
    expect(said).toBe(
      ['do-node1', 'do-node2', 'do-node3']
        .flatMap((host) => [
          ...['ca.crt', 'node.crt', 'node.key'].map(
            (file) => `do    certs    ${host}:/etc/cockroachdb/certs/${file}\n`,
          ),
          `do    secrets  ${host}:/etc/cockroachdb/backup.env, may be missing\n`,
        ])
        .join(''),
    );
  });
});

describe('what a deployment gets', () => {
  it('is every Secret in memory, and what is missing by name', async () => {
    await makeMissing(context);
    await issueMissing(context);
    const { objects, files, missing } = await siteSecrets(model, siteOf(model, 'sxb'), store);
    expect(missing).toEqual([
      'Secret cert-manager/acme-tsig: secret',
      'Secret monitoring/alertmanager-receivers: page, ticket, watchdog',
    ]);
    const node = objects.find(({ metadata }) => metadata.name === 'cockroachdb-node')!;
    expect(Object.keys(node.data)).toEqual(['ca.crt', 'node.crt', 'node.key']);
    expect(Buffer.from(node.data['node.crt']!, 'base64').toString()).toMatch(
      /^-----BEGIN CERTIFICATE-----\n/,
    );
    expect(files.map(({ host, path, mode }) => `${host} ${path} ${mode}`)).toContain(
      'sxb-edge1 /etc/haproxy/kubernetes-ca.crt 0644',
    );
    await expect(putSite(context, siteOf(model, 'sxb'))).rejects.toThrow(
      /sxb lacks Secret cert-manager.*and 1 more/,
    );
    said = '';
    await putSite(context, siteOf(model, 'do'), { certificates: true, dry: true });
    expect(said).toContain('do: /etc/cockroachdb/certs/node.key of do-node1\n');
  });
});

describe('what is refused in one line', () => {
  const line = async (wish: Promise<unknown>): Promise<string> => {
    const { message } = (await wish.then(
      () => expect.fail('it was done'),
      (error: Error) => error,
    )) as Error;
    expect(message).not.toContain('\n');
    return message;
  };

  it('no key, a key that is none, and one with a wrong letter', async () => {
    await makeMissing(context);
    process.env.SOPS_AGE_KEY_FILE = join(folder, 'nothing');
    expect(await line(makeMissing(context))).toMatch(/you have no age key: .*nothing does not exist/);
    process.env.SOPS_AGE_KEY_FILE = join(folder, 'wrong');
    writeFileSync(join(folder, 'wrong'), '# my key\nAGE-SECRET-KEY-nonsense\n');
    expect(await line(makeMissing(context))).toMatch(/wrong: its key 1 is no age key/);
    writeFileSync(join(folder, 'wrong'), '# nothing\n');
    expect(await line(makeMissing(context))).toMatch(/wrong holds no age key/);
  });

  it('nobody who may read, and a reader that is none', async () => {
    const rules = join(store.folder, '.sops.yaml');
    writeFileSync(rules, 'creation_rules:\n  - age: age1nobody\n');
    expect(await line(makeMissing(context))).toMatch(/age1nobody has a letter too many, too few or wrong/);
    writeFileSync(rules, 'creation_rules: []\n');
    expect(await line(makeMissing(context))).toMatch(
      /no rule of creation_rules names age recipients for sxb\.yaml/,
    );
    rmSync(rules);
    expect(await line(makeMissing(context))).toMatch(
      /nobody is named who may read the secrets; `npm run secrets -- init`/,
    );
    expect(readdirSync(store.folder)).toEqual([]);
  });

  it('a folder in the place of a file: then no file at all is changed', async () => {
    await makeMissing(context);
    const whole = texts();
    const trees = new Map([
      ['sxb', { a: 'changed' }],
      ['lyn/dc', { a: 'changed' }],
    ]);
    writeFileSync(join(store.folder, 'lyn'), 'a file where a folder belongs');
    expect(await line(store.write(trees, { now }))).toMatch(/cannot write .*lyn\/dc\.yaml/);
    rmSync(join(store.folder, 'lyn'));
    expect(texts()).toBe(whole);
    expect(readdirSync(store.folder).filter((name) => name.endsWith('.next'))).toEqual([]);
  });

  it('an editor that fails, and what it leaves that is no file of values', async () => {
    const site = siteOf(model, 'do');
    const editor = (code: number, text?: string) => async (path: string) => {
      if (text !== undefined) writeFileSync(path, text);
      return code;
    };
    expect(await line(edited(model, site, { tree: {}, editor: editor(130) }))).toMatch(
      /the editor ended with 130/,
    );
    for (const [text, message] of [
      ['a: [', /line 1: it is no YAML/],
      ['a:\n  - b\n', /has a list/],
      ['a: &x b\nc: *x\n', /has an alias/],
      ['word', /is one value/],
    ] as const)
      expect(await line(edited(model, site, { tree: {}, editor: editor(0, text) }))).toMatch(message);
  });

  it('a Secret of which no words are made, and a site that is none', async () => {
    expect(await line(makeMissing(context, { renewed: ['education-smtp'] }))).toMatch(
      /no random words are made for education-smtp, but for cockroachdb-backup-s3, education-key, education-s3/,
    );
    expect(() => sitesNamed(model, ['lyn'])).toThrow('there is no site lyn; there are sxb, dc, do');
  });
});

it('keeps what a person writes as text, whatever it looks like', () => {
  expect(values('a: 012\nb: yes\nc: null\nd: ""\ne:\n  f: 1.50\n', 'x')).toEqual({
    a: '012',
    b: 'yes',
    e: { f: '1.50' },
  });
});

it('leaves no folder in clear behind, whatever happens', async () => {
  let seen = '';
  const failing = edited(model, siteOf(model, 'do'), {
    tree: { hosts: { x: { y: 'z' } } },
    editor: async (path) => {
      seen = path;
      throw new Error('killed');
    },
  });
  await expect(failing).rejects.toThrow('killed');
  expect(() => readFileSync(seen)).toThrow(/ENOENT/);
});

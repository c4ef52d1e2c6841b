import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openstack } from '#charts/openstack.ts';
import schema from '#policies/reading/schemas/openstack.json' with { type: 'json' };
import { goTool, goToolMissing, OPENTOFU } from '#scripts/lib/lab/go-tool.ts';
import { find } from '#scripts/lib/programs.ts';
import { run } from '#scripts/lib/run.ts';
import { type Ceph, startCeph } from '#scripts/testing/lab/ceph.ts';
import { type Keys, s3 } from '#scripts/testing/lab/s3.ts';
import { type StandIn, standIn } from '#scripts/testing/lab/stand-in-provider.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { siteOf } from '#sites/questions.ts';
import type { ProviderSchema } from './provider/generate.ts';
import { STATE_BUCKET } from './state-bucket.ts';

/** The backend of the stack as it is written, before a real gateway of Ceph: only its address is another here. */
const missing = find('radosgw') ? goToolMissing(OPENTOFU) : 'radosgw is not installed';
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);
const BUILDING_MILLISECONDS = 1_500_000;

const model = threeSites();
const realm = model.objects!.realm;
const keys: Keys = { access: 'STATEKEY', secret: 'statesecret' };
const folder = mkdtempSync(join(tmpdir(), 'fredu-state-'));
const KEY = `/${STATE_BUCKET}/dc/openstack.tfstate`;
let ceph: Ceph;
let provider: StandIn;
let program: string;

const tofu = (...args: string[]) =>
  run([program, ...args, '-no-color'], {
    cwd: join(folder, 'stack'),
    env: {
      ...provider.env,
      AWS_ACCESS_KEY_ID: keys.access,
      AWS_SECRET_ACCESS_KEY: keys.secret,
      TF_CLI_CONFIG_FILE: join(folder, 'none.tofurc'),
      TF_IN_AUTOMATION: '1',
    },
    timeoutSeconds: 120,
  });
const stored = (
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
  text?: string,
  headers: Record<string, string> = {},
) => s3(ceph.endpoint, keys, realm, method, path, text ? new TextEncoder().encode(text) : undefined, headers);

describe.skipIf(missing !== undefined)('the state of a stack, in Ceph', () => {
  beforeAll(async () => {
    program = await goTool(OPENTOFU);
    provider = await standIn(schema as unknown as ProviderSchema, folder);
    mkdirSync(join(folder, 'ceph'));
    ceph = await startCeph({ name: 'sxb', realm, folder: join(folder, 'ceph'), firstPort: 23_400 });
    const words = [`--rgw-realm=${realm}`, `--rgw-zonegroup=${realm}`, '--rgw-zone=sxb'];
    const keyWords = [`--access-key=${keys.access}`, `--secret=${keys.secret}`];
    const admin = (...command: string[]) => ceph.must('radosgw-admin', ...command, ...words);
    await ceph.must('radosgw-admin', 'realm', 'create', `--rgw-realm=${realm}`, '--default');
    await admin('zonegroup', 'create', `--endpoints=${ceph.endpoint}`, '--master');
    await admin('zone', 'create', '--master', `--endpoints=${ceph.endpoint}`, ...keyWords);
    await admin('user', 'create', '--uid=terraform', '--display-name=terraform', ...keyWords);
    await admin('period', 'update', '--commit');
    await ceph.startGateway();
    ceph.open();
    expect((await stored('PUT', `/${STATE_BUCKET}`)).status).toBe(200);

    const [[, text] = ['', '']] = openstack(model, siteOf(model, 'dc'));
    mkdirSync(join(folder, 'stack'));
    writeFileSync(join(folder, 'none.tofurc'), '');
    const here = text.replaceAll(siteOf(model, 'sxb').objects!.endpoint, ceph.endpoint);
    expect(here).not.toBe(text);
    writeFileSync(join(folder, 'stack', 'cdk.tf.json'), here);
  }, BUILDING_MILLISECONDS);
  afterAll(async () => {
    provider?.stop();
    await ceph?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('begins in a file while there is no store, and moves there later', async () => {
    const override = join(folder, 'stack', 'backend_override.tf.json');
    writeFileSync(override, '{"terraform":{"backend":{"local":{}}}}');
    ceph.close();
    expect((await tofu('init')).code).toBe(0);
    expect((await tofu('apply', '-auto-approve')).code).toBe(0);
    ceph.open();
    rmSync(override);
    const moved = await tofu('init', '-migrate-state', '-force-copy');
    expect(moved.code, moved.stdout + moved.stderr).toBe(0);
    expect(JSON.parse((await stored('GET', KEY)).body.toString()).resources.length).toBeGreaterThan(200);
    expect((await tofu('plan', '-detailed-exitcode')).code).toBe(0);
  });

  it('is written where the stack says, and read again', async () => {
    const init = await tofu('init');
    expect(init.code, init.stdout + init.stderr).toBe(0);
    const apply = await tofu('apply', '-auto-approve');
    expect(apply.code, apply.stdout.slice(-1000) + apply.stderr).toBe(0);
    const state = JSON.parse((await stored('GET', KEY)).body.toString());
    expect(state.resources.length).toBeGreaterThan(200);
    expect((await tofu('plan', '-detailed-exitcode')).code).toBe(0);
    expect((await stored('GET', `${KEY}.tflock`)).status).toBe(404);
  });

  it('is changed by one at a time', async () => {
    const lock = {
      ID: crypto.randomUUID(),
      Operation: 'OperationTypeApply',
      Who: 'somebody@else',
      Version: OPENTOFU.version,
      Created: new Date().toISOString(),
      Path: KEY.slice(1),
    };
    expect((await stored('PUT', `${KEY}.tflock`, JSON.stringify(lock))).status).toBe(200);
    const second = await tofu('apply', '-auto-approve', '-var=announce=false');
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('Error acquiring the state lock');
    expect(second.stderr).toContain('somebody@else');
    await stored('DELETE', `${KEY}.tflock`);
    expect((await tofu('apply', '-auto-approve', '-var=announce=false')).code).toBe(0);
  });

  it('is taken back from a copy when an apply has left a bad one', async () => {
    const copy = join(folder, 'copy.tfstate');
    const pulled = await tofu('state', 'pull');
    writeFileSync(copy, pulled.stdout);
    const name = (await tofu('state', 'list')).stdout
      .split('\n')
      .find((each) => each && !each.startsWith('data.'));
    expect((await tofu('state', 'rm', name!)).code).toBe(0);
    expect((await tofu('plan', '-detailed-exitcode', '-var=announce=false')).code).toBe(2);
    const pushed = await tofu('state', 'push', '-force', copy);
    expect(pushed.code, pushed.stderr).toBe(0);
    expect((await tofu('plan', '-detailed-exitcode', '-var=announce=false')).code).toBe(0);
  });

  it('would not be locked in a bucket with versions, so its bucket has none', async () => {
    const lock = () => stored('PUT', `/${STATE_BUCKET}-versions/a.tflock`, '{}', { 'if-none-match': '*' });
    expect((await stored('PUT', `/${STATE_BUCKET}-versions`)).status).toBe(200);
    expect([(await lock()).status, (await lock()).status]).toEqual([200, 412]);
    const versioned =
      '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>';
    expect((await stored('PUT', `/${STATE_BUCKET}-versions?versioning`, versioned)).status).toBe(200);
    expect((await lock()).status).toBe(200);
  });

  it('has no bucket that Terraform makes by itself', async () => {
    expect((await stored('DELETE', `/${STATE_BUCKET}x`)).status).toBe(404);
    const file = join(folder, 'stack', 'cdk.tf.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(`"${STATE_BUCKET}"`, `"${STATE_BUCKET}x"`));
    const init = await tofu('init', '-reconfigure');
    expect(init.code).not.toBe(0);
    expect(init.stderr).toContain('does not exist');
  });
});

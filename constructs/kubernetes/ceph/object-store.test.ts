import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { imageTag } from '#constructs/images.ts';
import { keepsStates } from '#constructs/openstack/state-bucket.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import type { Model } from '#sites/model.ts';
import { hasObjects } from '#sites/site-kinds.ts';
import { ObjectStore, realmKeys } from './object-store.ts';
import { OBJECT_STORE } from './object-store-names.ts';
import { CLAIM_FIELDS, ObjectStoreUsers } from './object-store-users.ts';

const model = example();
const render = (code: string, of: Model = model) => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  const { realm, primary } = of.objects!;
  const site = of.sites.filter(hasObjects).find((each) => each.code === code)!;
  new ObjectStore(chart, 'object-store', { site, realm, primary });
  if (site === primary)
    new ObjectStoreUsers(chart, 'users', {
      site,
      realm,
      keepDays: of.database.backup.keepDays,
      keepsStates: keepsStates(of),
    });
  const objects = chart.toJson();
  return (kind: string, name?: string) =>
    objects.find((each) => each.kind === kind && (!name || each.metadata.name === name));
};

describe('the zones', () => {
  it('make the realm where writes are taken, and pull it elsewhere', () => {
    expect(render('lyn')('CephObjectRealm').spec).toEqual({ defaultRealm: true });
    expect(render('par')('CephObjectRealm').spec).toEqual({
      defaultRealm: true,
      pull: { endpoint: 'https://s3.lyn.example.org' },
    });
    const swapped = {
      ...model,
      objects: { realm: 'example', primary: cloudOf(model, 'par'), secondaries: [roomOf(model, 'lyn')] },
    };
    expect(render('par', swapped)('CephObjectRealm').spec.pull).toBeUndefined();
    expect(render('lyn', swapped)('CephObjectRealm').spec.pull).toEqual({
      endpoint: 'https://s3.par.example.org',
    });
    expect(realmKeys('example')).toBe('example-keys');
  });

  it('keep three copies, each on another host, and are reached by their public name', () => {
    const pool = { failureDomain: 'host', replicated: { size: 3, requireSafeReplicaSize: true } };
    expect(render('par')('CephObjectZone', 'par').spec).toEqual({
      zoneGroup: 'example',
      metadataPool: pool,
      dataPool: { ...pool, parameters: { bulk: 'true' } },
      customEndpoints: ['https://s3.par.example.org'],
      preservePoolsOnDelete: true,
    });
  });

  it('have one gateway that copies, and as many for clients as the model says', () => {
    const find = render('lyn');
    const gateway = (name: string) => find('CephObjectStore', name).spec.gateway;
    expect(gateway('sync')).toMatchObject({ instances: 1, disableMultisiteSyncTraffic: false });
    expect(gateway('clients')).toMatchObject({ instances: 2, disableMultisiteSyncTraffic: true, port: 80 });
    expect(gateway('sync').rgwConfig).toEqual(gateway('clients').rgwConfig);
    expect(OBJECT_STORE.service).toBe(`rook-ceph-rgw-${OBJECT_STORE.store}`);
  });

  it('have the settings that the release of the lock needs', () => {
    expect(imageTag('ceph')).toBe('v20.2.4');
    expect(render('lyn')('CephObjectStore', 'clients').spec.gateway.rgwConfig).toMatchObject({
      rgw_sigv4_insecure: 'true',
      rgw_s3_client_max_sig_ver: '2',
    });
  });

  it('are left alone when the tree no longer has them', () => {
    for (const kind of ['CephObjectRealm', 'CephObjectZone', 'CephObjectStore'])
      expect(render('lyn')(kind).metadata.annotations).toEqual({ 'fredu.fr/prune': 'never' });
  });
});

describe('the users and buckets', () => {
  const find = render('lyn');
  it('take their keys from secrets, and leave a fifth of the disks to Ceph', () => {
    const key = (name: string, word: string) => ({ name, key: word });
    expect(find('CephObjectStoreUser', 'education').spec).toEqual({
      store: 'clients',
      displayName: 'education',
      keys: [
        {
          accessKeyRef: key('education-s3', 'AWS_ACCESS_KEY_ID'),
          secretKeyRef: key('education-s3', 'AWS_SECRET_ACCESS_KEY'),
        },
      ],
      quotas: { maxBuckets: 1, maxSize: '1126Gi' },
    });
    expect(find('CephObjectStoreUser', 'backup').spec.quotas).toEqual({ maxBuckets: 2, maxSize: '512Gi' });
    expect(find('CephObjectStoreUser', 'terraform').spec.quotas).toEqual({ maxBuckets: 1, maxSize: '1Gi' });
    expect(1126 + 512 + 1).toBeLessThan(2048 * 0.85);
  });

  it('outlive their claims, and belong to the user of their secret', () => {
    expect(find('StorageClass').reclaimPolicy).toBe('Retain');
    const owner = (name: string) => find('ObjectBucketClaim', name).spec.additionalConfig.bucketOwner;
    expect([owner('education'), owner('example-backups'), owner('etcd')]).toEqual([
      'education',
      'backup',
      'backup',
    ]);
    expect(Object.keys(find('ObjectBucketClaim', 'etcd').spec.additionalConfig)).toEqual(
      CLAIM_FIELDS.toSorted(),
    );
  });

  it('keep the states of stacks where there is such a stack', () => {
    const claim = find('ObjectBucketClaim', 'terraform-state').spec;
    expect(claim.bucketName).toBe('terraform-state');
    expect(claim.additionalConfig.bucketOwner).toBe('terraform');
    const rules = JSON.parse(claim.additionalConfig.bucketLifecycle).Rules;
    expect(rules.map(({ ID }: { ID: string }) => ID)).toEqual(['abandoned-uploads']);
    const rooms = { ...model, sites: model.sites.filter(({ openstack }) => !openstack) };
    expect(render('lyn', rooms)('ObjectBucketClaim', 'terraform-state')).toBeUndefined();
    expect(render('lyn', rooms)('CephObjectStoreUser', 'terraform')).toBeUndefined();
  });

  it('forget backups a day after what is promised, and files never', () => {
    const rules = (name: string) =>
      JSON.parse(find('ObjectBucketClaim', name).spec.additionalConfig.bucketLifecycle).Rules;
    expect(rules('example-backups')).toEqual([
      {
        ID: 'abandoned-uploads',
        Status: 'Enabled',
        Prefix: '',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
      {
        ID: 'expired',
        Status: 'Enabled',
        Prefix: '',
        Expiration: { Days: model.database.backup.keepDays + 1 },
      },
    ]);
    expect(rules('education').map(({ ID }: { ID: string }) => ID)).toEqual(['abandoned-uploads']);
    for (const name of ['education', 'example-backups', 'etcd']) {
      const ids = rules(name).map(({ ID }: { ID: string }) => ID);
      expect(ids).toEqual(ids.toSorted()); // Rook compares in this order
    }
  });
});

import { expect, it } from 'vitest';
import { kubernetes } from '#charts/kubernetes.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { identityOf, type KubernetesObject, keyOf, shown } from './object.ts';
import { WAVES, wavesOf } from './waves.ts';

const model = threeSites();
const sites = model.sites.filter(({ kubernetes: has }) => has);
const object = (kind: string, name: string, namespace?: string, more = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...(namespace ? { namespace } : {}) },
  ...more,
});

it.each(sites)('every object of $code is in one wave, and none twice', (site) => {
  const objects = kubernetes(model, site);
  const applied = wavesOf(objects).flatMap((wave) => wave.objects);
  expect(applied.map((each) => keyOf(identityOf(each))).sort()).toEqual(
    objects.map((each) => keyOf(identityOf(each))).sort(),
  );
  expect(wavesOf(objects).map(({ id }) => id)).toEqual(WAVES.map(({ id }) => id));
});

it.each(sites)('at $code nothing refers to a class, an account or a volume of a later wave', (site) => {
  const waves = wavesOf(kubernetes(model, site));
  const at = new Map(
    waves.flatMap(({ objects }, wave) =>
      objects.map((each, index) => [shown(identityOf(each)), [wave, index] as const]),
    ),
  );
  const before = (one: string, other: string) => {
    const [a, b] = [at.get(one), at.get(other)];
    if (a && b) expect(a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]), `${one} before ${other}`).toBe(true);
    return a !== undefined && b !== undefined;
  };
  let looked = 0;
  for (const { kind, metadata, spec } of waves.flatMap(({ objects }) => objects)) {
    const own = shown(identityOf({ apiVersion: '', kind, metadata }));
    const { namespace } = metadata;
    if (namespace && before(`Namespace ${namespace}`, own)) looked += 1;
    const pod = spec?.template?.spec;
    if (pod?.serviceAccountName && before(`ServiceAccount ${namespace}/${pod.serviceAccountName}`, own))
      looked += 1;
    if (pod?.priorityClassName && before(`PriorityClass ${pod.priorityClassName}`, own)) looked += 1;
    for (const { configMap } of pod?.volumes ?? [])
      if (configMap && before(`ConfigMap ${namespace}/${configMap.name}`, own)) looked += 1;
    for (const claim of spec?.volumeClaimTemplates ?? [])
      if (before(`StorageClass ${claim.spec.storageClassName}`, own)) looked += 1;
  }
  expect(looked).toBeGreaterThan(150);
});

it('puts what a person adds beside the app, and what no kind names between configuration and workloads', () => {
  const waves = wavesOf([
    object('Deployment', 'extra', 'extra'),
    object('Widget', 'extra', 'extra'),
    object('ConfigMap', 'extra', 'extra'),
    object('Namespace', 'extra'),
  ]);
  expect(waves.map(({ id, objects }) => [id, ...objects.map(({ kind }) => kind)])).toEqual([
    ['namespaces', 'Namespace'],
    ['app', 'ConfigMap', 'Widget', 'Deployment'],
  ]);
});

it('takes an object for the same when the version of its API changes', () => {
  const key = (apiVersion: string) => keyOf({ apiVersion, kind: 'HTTPRoute', namespace: 'a', name: 'b' });
  expect(key('gateway.networking.k8s.io/v1')).toBe(key('gateway.networking.k8s.io/v1beta1'));
  expect(key('v1')).not.toBe(key('gateway.networking.k8s.io/v1'));
});

import * as pulumi from '@pulumi/pulumi';
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { kubernetes } from '#charts/kubernetes.ts';
import type { Data } from '#policies/reading/texts.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { siteOf } from '#sites/questions.ts';
import { identityOf, keyOf } from './object.ts';
import { program } from './pulumi-program.ts';
import { wavesOf } from './waves.ts';

/** What the program registers with Pulumi's own runtime, whose engine is played: its command line is not had here. */
interface Registered {
  type: string;
  name: string;
  inputs: Data;
  urn: string;
  parent: string;
  dependencies: string[];
  importId: string;
  timeout: string;
  isRetained: boolean;
}

const model = threeSites();

describe.each(['sxb', 'dc'])('the waves of %s in Pulumi', (code) => {
  const waves = wavesOf(kubernetes(model, siteOf(model, code)));
  const imported = keyOf(identityOf(waves[0]!.objects[0]!));
  const seen: Registered[] = [];
  beforeAll(async () => {
    const register = MockMonitor.prototype.registerResource;
    MockMonitor.prototype.registerResource = async function (this: MockMonitor, request: Data, callback) {
      return register.call(this, request, (error, response: Data) => {
        if (response)
          seen.push({
            type: request.getType(),
            name: request.getName(),
            inputs: pulumi.runtime.deserializeProperties(request.getObject()),
            urn: response.getUrn(),
            parent: request.getParent(),
            dependencies: request.getDependenciesList(),
            importId: request.getImportid(),
            timeout: request.getCustomtimeouts()?.getCreate() ?? '',
            isRetained: request.getRetainondelete(),
          });
        callback(error, response);
      });
    };
    try {
      await pulumi.runtime.setMocks(
        { newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: ({ inputs }) => inputs },
        'fredu',
        code,
      );
      await pulumi.runtime.runInPulumiStack(async () =>
        program({ site: code, waves, context: code, imported: new Set([imported]) }),
      );
      await pulumi.runtime.disconnect(); // when all is registered
    } finally {
      MockMonitor.prototype.registerResource = register;
    }
  });
  const waveOf = (id: string) => seen.find(({ type, name }) => type === 'fredu:deploy:Wave' && name === id)!;
  const objects = () => seen.filter(({ type, inputs }) => type.startsWith('kubernetes:') && inputs.kind);
  const index = (urn: string) => seen.findIndex((each) => each.urn === urn);

  it('are the same objects as without it, but for what tells Pulumi not to wait', () => {
    const plain = ({
      metadata: { annotations: { 'pulumi.com/skipAwait': _, ...annotations } = {} as Data, ...metadata },
      ...rest
    }: Data) => ({
      ...rest,
      metadata: { ...metadata, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    });
    const registered = new Map(objects().map(({ name, inputs }) => [name, plain(inputs)]));
    const wanted = new Map(
      waves.flatMap((wave) => wave.objects).map((each) => [keyOf(identityOf(each)), plain(each)]),
    );
    expect([...registered.keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const [key, object] of wanted) expect(registered.get(key), key).toEqual(object);
  });

  it('have types that Pulumi’s provider knows its kinds by', () => {
    for (const { type, inputs } of objects())
      expect(type).toBe(
        `kubernetes:${inputs.apiVersion === 'v1' ? 'core/v1' : inputs.apiVersion}:${inputs.kind}`,
      );
  });

  it('are children of the component of their wave', () => {
    for (const wave of waves)
      for (const object of wave.objects) {
        const { parent, timeout } = objects().find(({ name }) => name === keyOf(identityOf(object)))!;
        expect(parent).toBe(waveOf(wave.id).urn);
        expect(timeout).toBe(`${wave.timeoutSeconds}s`);
      }
  });

  it('wait for every object of the wave before', () => {
    for (const [at, wave] of waves.entries()) {
      if (at === 0) continue;
      const before = waves[at - 1]!.objects.map(
        (each) => objects().find(({ name }) => name === keyOf(identityOf(each)))!.urn,
      );
      const first = objects()
        .filter(({ parent }) => parent === waveOf(wave.id).urn)
        .sort((a, b) => index(a.urn) - index(b.urn))[0]!;
      for (const urn of before) {
        expect(first.dependencies, `${first.name} after ${urn}`).toContain(urn);
        expect(index(urn)).toBeLessThan(index(first.urn));
      }
    }
  });

  it('wait within a wave for namespaces and configuration, and never for a pod', () => {
    const [namespaces] = waves;
    const quota = objects().find(({ inputs }) => inputs.kind === 'ResourceQuota')!;
    const made = namespaces!.objects.filter(({ kind }) => kind === 'Namespace');
    for (const each of made)
      expect(quota.dependencies).toContain(
        objects().find(({ name }) => name === keyOf(identityOf(each)))!.urn,
      );
    const database = objects().find(
      ({ inputs }) => inputs.kind === 'StatefulSet' && inputs.metadata.name === 'cockroachdb',
    )!;
    expect(database.dependencies.filter((urn) => /:(Job|Service|StatefulSet)::/.test(urn))).toEqual([]);
    expect(database.dependencies.some((urn) => /ServiceAccount/.test(urn))).toBe(true);
  });

  it('stay where they hold data, when they leave the tree', () => {
    const retained = objects().filter(({ isRetained }) => isRetained);
    expect(retained.map(({ inputs }) => inputs.kind)).toContain('CephCluster');
    for (const { inputs } of retained) expect(inputs.metadata.annotations['fredu.fr/prune']).toBe('never');
  });

  it('are imported where they stand', () => {
    expect(
      objects()
        .filter(({ importId }) => importId)
        .map(({ name }) => name),
    ).toEqual([imported]);
  });
});

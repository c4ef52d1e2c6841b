import { expect, it } from 'vitest';
import { CannotLook } from '../../main.ts';
import { type ChosenLayer, chosenLayers } from './chosen-layers.ts';
import { LAYERS, layersOf } from './layer.ts';

const all = [...LAYERS];

it.each<[string, { from?: string; only?: string[] }, ChosenLayer[]]>([
  ['nothing: all of them', {}, all.map((layer) => ({ layer }))],
  ['a layer', { only: ['hosts'] }, [{ layer: 'hosts' }]],
  [
    'steps of two, in the order of the layers',
    { only: ['kubernetes/storage', 'hosts/sxb-edge2', 'hosts/sxb-edge1'] },
    [
      { layer: 'hosts', only: ['sxb-edge2', 'sxb-edge1'] },
      { layer: 'kubernetes', only: ['storage'] },
    ],
  ],
  ['a layer and a step of it', { only: ['hosts/sxb-edge1', 'hosts'] }, [{ layer: 'hosts' }]],
  ['a wave by its name alone', { only: ['storage'] }, [{ layer: 'kubernetes', only: ['storage'] }]],
  [
    'all from a host on',
    { from: 'hosts/sxb-edge1' },
    [{ layer: 'hosts', from: 'sxb-edge1' }, ...all.slice(2).map((layer) => ({ layer }))],
  ],
  ['all from a wave on', { from: 'ingress' }, [{ layer: 'kubernetes', from: 'ingress' }]],
])('chooses %s', (_, words, chosen) => {
  expect(chosenLayers(all, words)).toEqual(chosen);
});

it.each<[string, readonly ('hosts' | 'kubernetes')[], string, RegExp]>([
  ['a layer that is misspelt', ['hosts', 'kubernetes'], 'host', /no layer host; did you mean hosts\?/],
  ['a layer that this site lacks', ['hosts'], 'kubernetes/storage', /no layer kubernetes; it has hosts/],
  ['a step of nothing', ['hosts', 'kubernetes'], 'edges/one', /no layer edges; there are hosts, kubernetes/],
  ['a wave where there is no cluster', ['hosts'], 'storage', /no layer storage; there are hosts/],
])('refuses %s', (_, there, word, message) => {
  const choose = () => chosenLayers(there, { only: [word] });
  expect(choose).toThrow(CannotLook);
  expect(choose).toThrow(message);
});

it('finds the layers of a site in its files', () => {
  const files = new Map([
    ['do/inventory/hosts/playbook.yaml', ''],
    ['do/hosts/do-node1/etc/chrony/chrony.conf', ''],
  ]);
  expect(layersOf({ files })).toEqual(['hosts']);
});

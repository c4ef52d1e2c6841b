import { nearest } from '#sites/load/near.ts';
import { CannotLook } from '../../main.ts';
import { LAYERS, type LayerName } from './layer.ts';

/** A layer that is deployed: all of it, or from a step on, or only some steps. */
export interface ChosenLayer {
  layer: LayerName;
  from?: string;
  only?: string[];
}

/**
 * What `--only` and `--from` choose: `LAYER`, `LAYER/STEP`, or the name of a wave of the cluster alone.
 * @param there the layers that the site has
 * @throws CannotLook for a layer that is none, or that the site does not have
 */
export function chosenLayers(
  there: readonly LayerName[],
  { from, only }: { from?: string; only?: readonly string[] },
): ChosenLayer[] {
  if (only) {
    const words = only.map((word) => placeOf(word, there));
    return there.flatMap((layer): ChosenLayer[] => {
      const own = words.filter((word) => word.layer === layer);
      if (own.length === 0) return [];
      const steps = own.flatMap(({ step }) => step ?? []);
      return [own.some(({ step }) => step === undefined) ? { layer } : { layer, only: steps }];
    });
  }
  if (from === undefined) return there.map((layer) => ({ layer }));
  const first = placeOf(from, there);
  return there
    .slice(there.indexOf(first.layer))
    .map((layer) => (layer === first.layer && first.step ? { layer, from: first.step } : { layer }));
}

function placeOf(word: string, there: readonly LayerName[]): { layer: LayerName; step?: string } {
  const [name = '', ...rest] = word.split('/');
  const layer = LAYERS.find((each) => each === name);
  if (!layer && rest.length === 0 && there.includes('kubernetes')) {
    const near = nearest(name, [...LAYERS]);
    if (near) throw new CannotLook(`there is no layer ${name}; did you mean ${near}?`);
    return { layer: 'kubernetes', step: name };
  }
  if (!layer) throw new CannotLook(`there is no layer ${name}; there are ${there.join(', ')}`);
  if (!there.includes(layer))
    throw new CannotLook(`this site has no layer ${layer}; it has ${there.join(', ')}`);
  return rest.length > 0 ? { layer, step: rest.join('/') } : { layer };
}

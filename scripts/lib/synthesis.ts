import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { artefacts, PLACES } from '#charts/artefacts.ts';
import { refusedChanges } from '#policies/kubernetes/unchangeable.ts';
import type { Finding } from '#policies/law.ts';
import { nearest } from '#sites/load/near.ts';
import type { Model } from '#sites/model.ts';
import { CannotLook } from './main.ts';
import { type Change, writeTree } from './tree.ts';

export interface Synthesized {
  place: string;
  files: number;
  objects: number;
  milliseconds: number;
  change: Change;
  /** What an API server to which the tree that stood there was applied refuses of this one. */
  refused: Finding[];
}

/** Makes the tree of the given places (none: all) and replaces it in `out`. @throws CannotLook for a site that is not there */
export function synth(model: Model, out: string, only: string[] = []): Synthesized[] {
  const all: string[] = [...model.sites.map((site) => site.code), ...PLACES];
  const wrong = only.find((place) => !all.includes(place));
  if (wrong) throw new CannotLook(`there is no site ${wrong}; ${suggestion(wrong, all)}`);
  const wanted = only.length > 0 ? all.filter((place) => only.includes(place)) : all;
  const made = wanted.map((place) => {
    const start = performance.now();
    const files = new Map(
      [...artefacts(model, place)].map(([path, text]) => [path.slice(place.length + 1), text]),
    );
    const objects = [...files.keys()].filter((path) => path.startsWith('kubernetes/')).length;
    return { place, files, objects, milliseconds: performance.now() - start };
  });
  const places = new Map(made.map(({ place, files }) => [place, files]));
  const refused = new Map(made.map(({ place, files }) => [place, refusedAfter(out, place, files)]));
  const changes = writeTree(out, new Map(places), (place) => only.length > 0 && !wanted.includes(place));
  const gone = [...changes.keys()].filter((place) => !places.has(place));
  return [
    ...made.map(({ place, files, objects, milliseconds }) => ({
      place,
      files: files.size,
      objects,
      milliseconds,
      change: changes.get(place)!,
      refused: refused.get(place)!,
    })),
    ...gone.map((place) => ({
      place,
      files: 0,
      objects: 0,
      milliseconds: 0,
      change: changes.get(place)!,
      refused: [],
    })),
  ];
}

/** Compares what stands in `out` with what will: only objects whose text differs are read. */
function refusedAfter(out: string, place: string, files: ReadonlyMap<string, string>): Finding[] {
  const before = new Map<string, string>();
  const after = new Map<string, string>();
  for (const [path, text] of files) {
    const file = join(out, place, path);
    if (!path.startsWith('kubernetes/') || !existsSync(file)) continue;
    const old = readFileSync(file, 'utf8');
    if (old === text || parseDocument(old).errors.length > 0) continue; // edited by hand, and no YAML any more
    before.set(`${place}/${path}`, old);
    after.set(`${place}/${path}`, text);
  }
  return refusedChanges(before, after);
}

function suggestion(wrong: string, all: string[]): string {
  const near = nearest(wrong, all);
  return near ? `did you mean ${near}?` : `there are ${all.join(', ')}`;
}

import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import type { Policy } from '#policies/law.ts';
import { model } from '#sites/derive.ts';
import { read } from '#sites/load/load.ts';
import type { Input } from '#sites/schema/schema.ts';
import { THREE_SITES } from './three-sites.ts';

/** What laws find in the reference platform after a change of its files, each as `law path: message`. */
export function findingsAfter(laws: Policy[], change: (input: Input) => void): string[] {
  const { 'platform.yaml': platform, ...sites } = Object.fromEntries(
    [...read(THREE_SITES)].map(([name, text]) => [name, parse(text)]),
  );
  const input: Input = {
    platform,
    sites: Object.fromEntries(Object.entries(sites).map(([name, site]) => [name.slice(0, -5), site])),
  };
  change(input);
  const world = model(input);
  const tree = artefacts(world);
  return laws.flatMap((law) =>
    law.check(world, tree).map((each) => `${law.id} ${each.path}: ${each.message}`),
  );
}

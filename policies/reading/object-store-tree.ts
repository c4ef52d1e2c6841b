import type { Tree } from '../law.ts';
import { type Data, ofKind, type Rendered } from './objects.ts';
import { yamlOf } from './texts.ts';

/** The zone of a site, with what the tree says around it. */
export interface CephZone {
  site: string;
  zone: Rendered;
  realm: Rendered | undefined;
  group: Rendered | undefined;
  /** Sets of gateways over the zone. */
  stores: Rendered[];
  /** How the other sites reach it. */
  endpoints: string[];
  /** Whose realm it pulls; nothing where it makes its own, which is where writes are taken. */
  pulls: string | undefined;
}

export function zones(tree: Tree): CephZone[] {
  return ofKind(tree, 'CephObjectZone').map((zone) => {
    const { site } = zone;
    const here = (kind: string) => ofKind(tree, kind).filter((each) => each.site === site);
    const group = here('CephObjectZoneGroup').find(({ name }) => name === zone.object.spec.zoneGroup);
    const realm = here('CephObjectRealm').find(({ name }) => name === group?.object.spec.realm);
    return {
      site,
      zone,
      group,
      realm,
      stores: here('CephObjectStore').filter(({ object }) => object.spec.zone?.name === zone.name),
      endpoints: zone.object.spec.customEndpoints ?? [],
      pulls: realm?.object.spec.pull?.endpoint,
    };
  });
}

/** A procedure of the tree. */
export interface ProcedureFile {
  path: string;
  site: string;
  plan: Data;
}
export const procedureFiles = (tree: Tree): ProcedureFile[] =>
  [...tree].flatMap(([path, text]) => {
    const site = /^([^/]+)\/plans\/[^/]+\.yaml$/.exec(path)?.[1];
    const plan = site && yamlOf(text);
    return site && plan ? [{ path, site, plan }] : [];
  });

/** The commands of a step's deed, words joined. */
export const commandsOf = ({ do: deed }: Data): string[] =>
  [deed?.command, deed?.read, deed?.write].filter(Array.isArray).map((words) => words.join(' '));

import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';

/** How the elements of a list are distinguished, and whether their order means something. */
export interface ListRule {
  /** Fields that name an element; none: an element is what it says. */
  keys: readonly string[];
  ordered: boolean;
}

/** What is known of the shape at a place of a structure: of a map its fields, of a list its elements. */
export interface Shape {
  list?: ListRule;
  at(step: string): Shape | undefined;
}

/** The least that is applied on its own: an object of Kubernetes, a resource of Terraform, a file of a host. */
export interface Thing {
  path: string;
  /** Code of its site, or `platform`. */
  place: string;
  /** `Deployment`, `compute_instance_v2`, `HAProxy`, `systemd unit`. */
  kind: string;
  /** Unique among those of its kind and place: `education/pgbouncer`, `sxb-edge1 /etc/haproxy/haproxy.cfg`. */
  name: string;
  /** What it says as maps, lists and words; comments and layout are gone. */
  data: Data;
  shape?: Shape;
  /** Its own text: where only this differs, only comments or layout do. */
  text: string;
}

/** A kind of file, and how it is read. */
export interface Reader {
  reads(path: string): boolean;
  things(path: string, text: string): Thing[];
}

export const keyOf = ({ place, kind, name }: Thing): string => `${place} ${kind} ${name}`;
export const placeOf = (path: string): string => path.split('/')[0]!;

/** Paths of files of a tree whose text differs, is new or is gone. */
export function differing(before: Tree, after: Tree): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { labels } from '../pod.ts';
import { OBJECT_STORE } from './object-store-names.ts';
import type { RookSpecs } from './rook.gen.ts';

/**
 * What holds data says so: a tool that prunes what the tree no longer has leaves these objects, for Rook
 * removes with some of them what they stand for – a user with all its keys, the right to a bucket.
 */
const KEPT = { 'fredu.fr/prune': 'never' };

/** Why the namespace of the object store is not *restricted*: written into the namespace. */
export const ROOK_PRIVILEGED_BECAUSE =
  'Ceph writes raw disks of its workers and keeps its own state on them: host paths and privileged containers';

export interface RookObjectProps<Kind extends keyof RookSpecs> {
  kind: Kind;
  name: string;
  /** As the definition of the kind has it. */
  spec: RookSpecs[Kind];
}

/** An object that Rook's operator acts on; its spec has the type of its definition. */
export class RookObject<Kind extends keyof RookSpecs> extends ApiObject {
  constructor(scope: Construct, id: string, { kind, name, spec }: RookObjectProps<Kind>) {
    super(scope, id, {
      apiVersion: kind === 'ObjectBucketClaim' ? 'objectbucket.io/v1alpha1' : 'ceph.rook.io/v1',
      kind,
      metadata: { name, namespace: OBJECT_STORE.namespace, labels: labels('ceph'), annotations: KEPT },
      spec,
    });
  }
}

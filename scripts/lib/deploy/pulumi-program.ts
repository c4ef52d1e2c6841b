import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { isKept } from './differences.ts';
import { identityOf, type KubernetesObject, keyOf } from './object.ts';
import { type FilledWave, stagesOf } from './waves.ts';

/** How the cluster is met: by the same kubeconfig and context as without Pulumi. */
export interface ProgramProps {
  site: string;
  waves: readonly FilledWave[];
  kubeconfig?: string;
  context: string;
  /** Keys of objects that stand in the cluster and are not in the stack yet: they are imported, not made. */
  imported?: ReadonlySet<string>;
}

/**
 * The same waves as a Pulumi program: a component a wave, its objects as explicit children. Nothing is rendered here. What Pulumi waits for
 * in a wave is its own; its next wave begins after that.
 */
export function program({ site, waves, kubeconfig, context, imported = new Set() }: ProgramProps): void {
  const provider = new k8s.Provider(site, {
    ...(kubeconfig ? { kubeconfig } : {}),
    context,
    enableServerSideApply: true,
  });
  let before: pulumi.Resource[] = [];
  for (const wave of waves) before = [new WaveComponent(wave, { provider, before, imported })];
}

class WaveComponent extends pulumi.ComponentResource {
  constructor(
    wave: FilledWave,
    {
      provider,
      before,
      imported,
    }: { provider: k8s.Provider; before: pulumi.Resource[]; imported: ReadonlySet<string> },
  ) {
    super('fredu:deploy:Wave', wave.id, {}, { dependsOn: before });
    const timeout = `${wave.timeoutSeconds}s`;
    let last = before;
    for (const stage of stagesOf(wave)) {
      const made = stage.map((object) => {
        const key = keyOf(identityOf(object));
        return new AppliedObject(key, object, {
          parent: this,
          provider,
          // A component's own dependencies are not those of its children.
          dependsOn: last,
          customTimeouts: { create: timeout, update: timeout, delete: timeout },
          retainOnDelete: isKept(object),
          ...(imported.has(key) ? { import: idOf(object) } : {}),
        });
      });
      last = made;
    }
    this.registerOutputs({});
  }
}

/** As Pulumi's provider names an object of a cluster. */
const idOf = ({ metadata: { namespace, name } }: KubernetesObject): string =>
  namespace ? `${namespace}/${name}` : name;

/** One object as the tree says it. The classes of the package fill in fields of their own, and know no custom resources. */
class AppliedObject extends pulumi.CustomResource {
  constructor(name: string, object: KubernetesObject, options: pulumi.CustomResourceOptions) {
    super(typeOf(object), name, unwaited(object), options);
  }
}
/** @see https://www.pulumi.com/registry/packages/kubernetes/ (`kubernetes:core/v1:ConfigMap`, `kubernetes:apps/v1:Deployment`) */
const typeOf = ({ apiVersion, kind }: KubernetesObject): string =>
  `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;

/**
 * Pulumi waits for an address in the status of each Ingress and for endpoints of each Service: the first never comes behind our edges,
 * the second may come a wave later.
 * @see https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 */
function unwaited(object: KubernetesObject): KubernetesObject {
  if (!/^(Ingress|Service)$/.test(object.kind)) return object;
  const annotations = { ...object.metadata.annotations, 'pulumi.com/skipAwait': 'true' };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

export interface NamespaceProps {
  name: string;
  /** Level of the Pod Security Standard. @default restricted */
  level?: 'restricted' | 'baseline' | 'privileged';
  /** Why the level is not *restricted*: written into the object. Required for any other level. @default none */
  why?: string;
}

/**
 * A namespace that enforces a Pod Security Standard.
 * @throws when a level below *restricted* has no reason: nobody could later tell whether it is still needed
 */
export class Namespace extends Construct {
  constructor(scope: Construct, id: string, { name, level = 'restricted', why }: NamespaceProps) {
    super(scope, id);
    if (level !== 'restricted' && !why) throw new Error(`namespace ${name}: say why its level is ${level}`);
    const modes = ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, level]);
    new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name,
        labels: { 'app.kubernetes.io/part-of': 'fredu', ...Object.fromEntries(modes) },
        annotations: why ? { 'fredu.fr/pod-security-reason': why } : undefined,
      },
    });
  }
}

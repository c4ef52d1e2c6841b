import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { checksum, labels, port, restrictedContainer, restrictedPod, selector } from '../pod.ts';
import { priorityClass } from '../priority-classes.ts';

export interface ScriptExporterProps {
  name: string;
  namespace: string;
  /** An image that has what runs the script, and its user. */
  image: string;
  user: number;
  script: { file: string; text: string };
  /** Where the script lies is given. */
  command: (path: string) => string[];
  /** Where it tells of itself, at `/metrics`. */
  port: number;
  resources: k8s.ResourceRequirements;
  /** What it reads, beside the script. */
  mounts: { path: string; volume: k8s.Volume }[];
}

/** One pod that runs a script of ours out of a ConfigMap and tells Prometheus what it finds. A gap of a minute hurts nobody. */
export class ScriptExporter extends Construct {
  constructor(scope: Construct, id: string, props: ScriptExporterProps) {
    super(scope, id);
    const { name, namespace, script, mounts } = props;
    const metadata = { name, namespace, labels: labels(name) };
    const folder = `/etc/${name}`;
    new k8s.KubeServiceAccount(this, 'account', { metadata, automountServiceAccountToken: false });
    new k8s.KubeConfigMap(this, 'script', { metadata, data: { [script.file]: script.text } });
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata,
      spec: {
        maxUnavailable: port(1),
        selector: selector(name),
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    const page = { httpGet: { path: '/metrics', port: k8s.IntOrString.fromString('metrics') } };
    new k8s.KubeDeployment(this, 'deployment', {
      metadata,
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        selector: selector(name),
        template: {
          metadata: {
            labels: labels(name),
            annotations: { 'fredu.fr/configuration': checksum(script.text) },
          },
          spec: {
            ...restrictedPod(props.user),
            serviceAccountName: name,
            priorityClassName: priorityClass('observability'),
            containers: [
              {
                name,
                image: props.image,
                imagePullPolicy: 'IfNotPresent',
                command: props.command(`${folder}/${script.file}`),
                ports: [{ name: 'metrics', containerPort: props.port }],
                readinessProbe: { ...page, periodSeconds: 10 },
                livenessProbe: { ...page, periodSeconds: 30, failureThreshold: 4 },
                resources: props.resources,
                securityContext: restrictedContainer,
                volumeMounts: [
                  { name: 'script', mountPath: folder, readOnly: true },
                  ...mounts.map(({ path, volume }) => ({
                    name: volume.name,
                    mountPath: path,
                    readOnly: true,
                  })),
                ],
              },
            ],
            volumes: [{ name: 'script', configMap: { name } }, ...mounts.map(({ volume }) => volume)],
          },
        },
      },
    });
  }
}

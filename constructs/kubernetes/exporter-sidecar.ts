import { k8s } from 'cdk8s-plus-28';
import { type AppImage, type ImageName, image } from '../images.ts';
import { resources, restrictedContainer } from './pod.ts';

const ownPage: k8s.Probe = { httpGet: { path: '/', port: k8s.IntOrString.fromString('metrics') } };

/**
 * A container beside another that tells Prometheus how it does, on a port named `metrics`. Its probes ask for its own page,
 * which answers whether or not what it watches does.
 */
export const exporterSidecar = ({
  name,
  args,
  port,
  mounts = [],
}: {
  name: Exclude<ImageName, AppImage>;
  args: string[];
  port: number;
  mounts?: k8s.VolumeMount[];
}): k8s.Container => ({
  name,
  image: image(name),
  imagePullPolicy: 'IfNotPresent',
  args: [...args, `--web.listen-address=:${port}`],
  ports: [{ name: 'metrics', containerPort: port }],
  resources: resources({ cpu: '10m', memory: '32Mi', memoryLimit: '64Mi' }),
  securityContext: restrictedContainer,
  readinessProbe: { ...ownPage, periodSeconds: 10, failureThreshold: 6 },
  livenessProbe: { ...ownPage, periodSeconds: 30, failureThreshold: 5 },
  volumeMounts: mounts,
});

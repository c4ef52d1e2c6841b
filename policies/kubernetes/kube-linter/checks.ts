import { kubernetesPack } from '../kubernetes-pack.ts';
import { CONTAINERS } from './containers.ts';
import { HOST } from './host.ts';
import { OBJECTS } from './objects.ts';
import { PERMISSIONS } from './permissions.ts';
import { PORTS } from './ports.ts';
import { TRAFFIC } from './traffic.ts';
import { WORKLOADS } from './workloads.ts';

/** kube-linter's checks, judged here by what their pages say; those that we decline stand in the table of decisions. */
export const KUBE_LINTER = {
  source: 'kube-linter',
  tool: 'kube-linter',
  page: 'https://docs.kubelinter.io/#/generated/checks',
  checks: kubernetesPack('kube-linter', [
    ...HOST,
    ...CONTAINERS,
    ...PORTS,
    ...WORKLOADS,
    ...OBJECTS,
    ...TRAFFIC,
    ...PERMISSIONS,
  ]),
};

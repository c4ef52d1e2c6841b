import { listOf } from '../../reading/texts.ts';
import { type CisRow, isOff } from './cis-pack.ts';

type Program = 'apiServer' | 'controllerManager' | 'scheduler';
const EXTRA = {
  apiServer: 'kube_kubeadm_apiserver_extra_args',
  controllerManager: 'kube_kubeadm_controller_extra_args',
  scheduler: 'kube_kubeadm_scheduler_extra_args',
};

const unprofiled = (id: string, program: Program, who: string): CisRow => ({
  id,
  title: `${who} tells nobody how it works inside`,
  variable: 'kube_profiling',
  avoid: 'kube_profiling: true',
  fix: `set \`kube_profiling: false\`; take \`profiling\` out of ${EXTRA[program]}`,
  why: 'Profiles show arguments and memory, and anybody who asks for them slows it down.',
  broken: (all) => !isOff(all[program].profiling) && `lets ${who} be profiled`,
});

const kept = (id: string, flag: string, title: string, why: string): CisRow => ({
  id,
  title,
  variable: EXTRA.controllerManager,
  avoid: `${EXTRA.controllerManager}: {${flag}: ""}`,
  fix: `take \`${flag}\` out of ${EXTRA.controllerManager}`,
  why,
  broken: ({ controllerManager }) =>
    (!controllerManager[flag] || isOff(controllerManager[flag])) &&
    `takes --${flag} from its controller manager`,
});

/** CIS 1.2.15, 1.3 and 1.4: the controller manager and the scheduler. */
export const CONTROLLERS: CisRow[] = [
  unprofiled('1.2.15', 'apiServer', 'the API server'),
  {
    id: '1.3.1',
    title: 'pods that ended are cleared away',
    variable: 'kube_controller_terminated_pod_gc_threshold',
    avoid: 'kube_controller_terminated_pod_gc_threshold: 12500',
    fix: 'set `kube_controller_terminated_pod_gc_threshold: 50`',
    why: 'Thousands of dead pods slow every list of the API, and the default waits for 12,500.',
    broken: (all) => {
      const number = Number(all.controllerManager['terminated-pod-gc-threshold']);
      return !(number > 0 && number <= 1000) && `keeps ${number} pods that ended`;
    },
  },
  unprofiled('1.3.2', 'controllerManager', 'the controller manager'),
  kept(
    '1.3.3',
    'use-service-account-credentials',
    'every controller has an account of its own',
    'All of them share the rights of the strongest otherwise.',
  ),
  kept(
    '1.3.4',
    'service-account-private-key-file',
    'tokens are signed by a key of their own',
    'Without it no pod gets a token.',
  ),
  kept(
    '1.3.5',
    'root-ca-file',
    'pods get the authority of the cluster',
    'They would believe anybody who answers as the API.',
  ),
  {
    id: '1.3.6',
    title: 'the certificates of kubelets are renewed',
    variable: 'kube_controller_feature_gates',
    avoid: 'kube_controller_feature_gates: [RotateKubeletServerCertificate=false]',
    fix: 'take `RotateKubeletServerCertificate=false` out of kube_controller_feature_gates',
    why: 'A year later logs and metrics of every node fail on one day.',
    broken: ({ controllerManager }) =>
      listOf(controllerManager['feature-gates']).includes('RotateKubeletServerCertificate=false') &&
      'does not renew certificates of kubelets',
  },
  unprofiled('1.4.1', 'scheduler', 'the scheduler'),
];

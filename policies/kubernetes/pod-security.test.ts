import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Data } from '../reading/objects.ts';
import { podSecurity } from './pod-security.ts';
import { BASELINE } from './pod-security-standards/baseline.ts';
import { RESTRICTED } from './pod-security-standards/restricted.ts';

const model = threeSites();
const tree = artefacts(model);
const API = 'sxb/kubernetes/education/deployment-education-api.yaml';
const NAMESPACE = 'sxb/kubernetes/cluster/namespace-education.yaml';

it('our own sites keep it', () => {
  expect(podSecurity.check(model, tree)).toEqual([]);
});

it('has the twelve and the six', () => {
  expect([BASELINE.length, RESTRICTED.length]).toEqual([12, 6]);
});

/** For each control, the smallest change of a good pod that breaks it. */
const BREAKS: Record<string, (pod: Data, container: Data) => void> = {
  windowsHostProcess: (pod) => {
    pod.securityContext.windowsOptions = { hostProcess: true };
  },
  hostNamespaces: (pod) => {
    pod.hostPID = true;
  },
  privileged: (_pod, container) => {
    container.securityContext.privileged = true;
  },
  capabilities: (_pod, container) => {
    container.securityContext.capabilities.add = ['NET_ADMIN'];
  },
  hostPathVolumes: (pod) => {
    pod.volumes.push({ name: 'root', hostPath: { path: '/' } });
  },
  hostPorts: (_pod, container) => {
    container.ports[0].hostPort = 80;
  },
  hostProbesAndHostLifecycle: (_pod, container) => {
    container.livenessProbe.httpGet.host = '192.0.2.1';
  },
  appArmor: (_pod, container) => {
    container.securityContext.appArmorProfile = { type: 'Unconfined' };
  },
  seLinux: (pod) => {
    pod.securityContext.seLinuxOptions = { type: 'spc_t' };
  },
  procMount: (_pod, container) => {
    container.securityContext.procMount = 'Unmasked';
  },
  seccompBaseline: (_pod, container) => {
    container.securityContext.seccompProfile = { type: 'Unconfined' };
  },
  sysctls: (pod) => {
    pod.securityContext.sysctls = [{ name: 'kernel.msgmax', value: '1' }];
  },
  restrictedVolumes: (pod) => {
    pod.volumes.push({ name: 'share', nfs: { server: '192.0.2.1', path: '/' } });
  },
  allowPrivilegeEscalation: (_pod, container) => {
    delete container.securityContext.allowPrivilegeEscalation;
  },
  runAsNonRoot: (pod, container) => {
    delete pod.securityContext.runAsNonRoot;
    delete container.securityContext.runAsNonRoot;
  },
  runAsUser: (_pod, container) => {
    container.securityContext.runAsUser = 0;
  },
  seccompRestricted: (pod) => {
    delete pod.securityContext.seccompProfile;
  },
  capabilitiesRestricted: (_pod, container) => {
    container.securityContext.capabilities = { drop: ['NET_RAW'] };
  },
};

it.each([...BASELINE, ...RESTRICTED].map(({ id }) => id))('refuses what breaks %s', (id) => {
  const changed = edited(tree, API, (object) => {
    const pod = object.spec.template.spec;
    BREAKS[id]!(pod, pod.containers[0]);
  });
  const found = podSecurity.check(model, changed);
  expect(found.some(({ message }) => message.includes(`breaks ${id} of restricted`))).toBe(true);
  expect(found.every(({ path }) => path === API)).toBe(true);
});

it('judges start-up containers too', () => {
  const changed = edited(tree, API, (object) => {
    object.spec.template.spec.initContainers = [{ name: 'first', securityContext: { privileged: true } }];
  });
  expect(podSecurity.check(model, changed).map(({ message }) => message)).toContain(
    'deployment education/education-api breaks privileged of restricted: container first is privileged',
  );
});

it('asks a namespace for a level, and a lower one for its reason', () => {
  const label = 'pod-security.kubernetes.io/enforce';
  const silent = edited(tree, NAMESPACE, (object) => delete object.metadata.labels[label]);
  expect(podSecurity.check(model, silent).map(({ message }) => message)).toEqual([
    'namespace education enforces no Pod Security Standard',
  ]);
  const lower = edited(tree, NAMESPACE, (object) => {
    object.metadata.labels[label] = 'baseline';
  });
  expect(podSecurity.check(model, lower).map(({ message }) => message)).toEqual([
    'namespace education enforces baseline and does not say why',
  ]);
});

it('judges a namespace by its own level', () => {
  const lower = edited(tree, NAMESPACE, (object) => {
    object.metadata.labels['pod-security.kubernetes.io/enforce'] = 'baseline';
    object.metadata.annotations = { 'fredu.fr/pod-security-reason': 'a test' };
  });
  const changed = edited(lower, API, (object) => {
    const pod = object.spec.template.spec;
    delete pod.securityContext.seccompProfile; // restricted only
    pod.hostIPC = true; // baseline
  });
  expect(podSecurity.check(model, changed).map(({ message }) => message)).toEqual([
    'deployment education/education-api breaks hostNamespaces of baseline: hostIPC is true',
  ]);
});

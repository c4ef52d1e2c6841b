import type { Finding, Policy, Tree } from '../law.ts';
import { type Data, ofKind, type Rendered, workloads } from '../reading/objects.ts';

export const classesKnown: Policy = {
  id: 'classes-known',
  title:
    'every class that an object names is there, its controller is the one that runs, and what is more important is never put out for what is less',
  why: 'Avoid: a Gateway of a class that nobody has, a class of a controller that does not run, a priority that nothing defines, batch work that puts pods out. Prefer: one class of each kind by its controller’s own name, the database before the ingress before the app before observers before batch. Rationale: an object of an unknown class is taken up by nobody and says so nowhere; a pod with an unknown priority is not even made.',
  check: (_model, tree) => [...ways(tree), ...priorities(tree), ...volumes(tree)],
};

/** @see https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/ */
const CONTROLLERS: [kind: string, key: string, controller: string][] = [
  ['GatewayClass', 'controllerName', 'traefik.io/gateway-controller'],
  ['IngressClass', 'controller', 'traefik.io/ingress-controller'],
];
const NAMED: [kind: string, wanted: string, name: (spec: Data) => unknown][] = [
  ['Gateway', 'GatewayClass', (spec) => spec?.gatewayClassName],
  ['Ingress', 'IngressClass', (spec) => spec?.ingressClassName],
];

const ways = (tree: Tree): Finding[] => [
  ...CONTROLLERS.flatMap(([kind, key, controller]) =>
    ofKind(tree, kind)
      .filter(({ object }) => object.spec?.[key] !== controller)
      .map(({ path, name, object }) => ({
        path,
        text: key,
        message: `the ${kind} ${name} is for ${String(object.spec?.[key])}, which does not run here`,
        fix: `${key}: ${controller}`,
      })),
  ),
  ...NAMED.flatMap(([kind, wanted, of]) =>
    ofKind(tree, kind).flatMap((each) => missing(tree, each, wanted, of(each.object.spec))),
  ),
];
const missing = (
  tree: Tree,
  { path, site, kind, name }: Rendered,
  wanted: string,
  said: unknown,
): Finding[] =>
  ofKind(tree, wanted).some((each) => each.site === site && each.name === said)
    ? []
    : [
        {
          path,
          text: said === undefined ? name : String(said),
          message: `the ${kind} ${name} is of the ${wanted} ${String(said)}, which ${site} has not`,
          fix: `name a ${wanted} of the site`,
        },
      ];

/** The order in which pods keep their place. */
const ORDER = ['fredu-data', 'fredu-ingress', 'fredu-app', 'fredu-observability', 'fredu-batch'];
const KUBERNETES = /^system-(node|cluster)-critical$/;

function priorities(tree: Tree): Finding[] {
  const classes = ofKind(tree, 'PriorityClass');
  const named: { path: string; site: string; what: string; said: unknown }[] = [
    ...workloads(tree).map(({ path, site, kind, name, pod }) => ({
      path,
      site,
      what: `${kind} ${name}`,
      said: pod.priorityClassName,
    })),
    ...ofKind(tree, 'CephObjectStore').map(({ path, site, kind, name, object }) => ({
      path,
      site,
      what: `${kind} ${name}`,
      said: object.spec?.gateway?.priorityClassName,
    })),
  ];
  return [
    ...named
      .filter(
        ({ site, said }) =>
          !KUBERNETES.test(String(said)) && !classes.some((each) => each.site === site && each.name === said),
      )
      .map(({ path, what, said }) => ({
        path,
        text: said === undefined ? undefined : String(said),
        message: `${what} has the priority ${String(said)}, which nothing defines`,
        fix: ORDER.join(', '),
      })),
    ...classes.flatMap(({ path, site, name, object }): Finding[] => {
      const below = classes.find(
        (each) => each.site === site && each.name === ORDER[ORDER.indexOf(name) + 1],
      );
      const batch = name === ORDER.at(-1);
      const { value, preemptionPolicy, globalDefault } = object;
      return [
        ...(Number.isInteger(value) && value > 0 && value < 1_000_000_000
          ? []
          : [
              {
                path,
                text: 'value',
                message: `${name} has the value ${String(value)}`,
                fix: 'a whole number below 1,000,000,000',
              },
            ]),
        ...(below && !(value > below.object.value)
          ? [
              {
                path,
                text: 'value',
                other: { path: below.path, text: 'value' },
                message: `${name} has ${String(value)}, and ${below.name}, which matters less, ${String(below.object.value)}`,
                fix: `more than ${String(below.object.value)}`,
              },
            ]
          : []),
        ...(preemptionPolicy === (batch ? 'Never' : 'PreemptLowerPriority')
          ? []
          : [
              {
                path,
                text: 'preemptionPolicy',
                message: `${name} says ${String(preemptionPolicy)} of pods with less priority`,
                fix: batch ? 'Never' : 'PreemptLowerPriority',
              },
            ]),
        ...(globalDefault
          ? [
              {
                path,
                text: 'globalDefault',
                message: `${name} is what pods have that say nothing`,
                fix: 'let each pod say it',
              },
            ]
          : []),
      ];
    }),
  ];
}

/** Volumes and their claims name a class of the site. */
const volumes = (tree: Tree): Finding[] => [
  ...ofKind(tree, 'PersistentVolume', 'PersistentVolumeClaim', 'ObjectBucketClaim').flatMap((each) =>
    missing(tree, each, 'StorageClass', each.object.spec?.storageClassName),
  ),
  ...ofKind(tree, 'StorageClass')
    .filter(({ object }) => object.reclaimPolicy !== 'Retain')
    .map(({ path, name, object }) => ({
      path,
      text: 'reclaimPolicy',
      message: `what is in a volume of ${name} goes with its claim (${String(object.reclaimPolicy)})`,
      fix: 'reclaimPolicy: Retain',
    })),
];

import type { Model } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { procedureFiles } from '../reading/object-store-tree.ts';
import { type Data, objects } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const planGates: Policy = {
  id: 'plan-gates',
  title:
    'every command of a plan reaches its program with all that it needs, and every gate asks for something that a failure would not answer',
  why: 'Avoid: a period that is updated and never committed, a zone that is not named, a wait for a condition that no object has, a gate that is open whatever is answered. Prefer: the whole name of what is meant, one criterion a question, a limit of time in each. Rationale: radosgw-admin takes what is not said from its configuration and answers with 0; a gate without a criterion lets the next step go on over the one that failed.',
  check: (model, tree) =>
    procedureFiles(tree).flatMap(({ path, plan }) => {
      const at: At = { model, tree, path, places: Object.fromEntries(Object.entries(plan?.places ?? {})) };
      return [
        ...Object.entries<Data>(at.places).flatMap(([name, place]) => prefixed(at, name, place)),
        ...listOf(plan?.steps).flatMap((step: Data) => judge(at, step)),
      ];
    }),
};

interface At {
  model: Model;
  tree: Tree;
  path: string;
  places: Record<string, Data>;
}
const fix = 'make the tree again with `npm run synth`';
const wrong = (at: At, text: string, message: string, mend = fix): Finding => ({
  path: at.path,
  text,
  message,
  fix: mend,
});

/** How a place is reached: kubectl and helm by the context of a site and a namespace, Ceph through the operator's pod and with its key. */
const PREFIXES = [
  /^$/,
  /^kubectl --context=\S+ --namespace=(rook-ceph|cert-manager|cockroachdb)$/,
  /^kubectl --context=\S+ --namespace=monitoring exec statefulset\/alertmanager --$/,
  /^helm --kube-context=\S+ --namespace=(rook-ceph|cert-manager)$/,
  /^kubectl --context=\S+ --namespace=rook-ceph exec --stdin deployment\/rook-ceph-operator -- env CEPH_ARGS=--conf=\/var\/lib\/rook\/rook-ceph\/rook-ceph\.config --name=client\.admin --keyring=\/var\/lib\/rook\/rook-ceph\/client\.admin\.keyring$/,
  /^ssh /,
];
function prefixed(at: At, name: string, place: Data): Finding[] {
  const line = listOf(place?.prefix).map(String).join(' ');
  return PREFIXES.some((form) => form.test(line))
    ? []
    : [wrong(at, name, `${name} is reached by \`${line.slice(0, 80)}\`, which leads nowhere`)];
}

function judge(at: At, step: Data): Finding[] {
  const id = String(step?.id);
  const gates = listOf(step?.until);
  const acts = [...(step?.do ? [step.do] : []), ...listOf(step?.undo?.do)];
  const asked = [...gates, ...gates.flatMap((gate) => gate.sameAs ?? [])];
  return [
    ...(step?.do || gates.length > 0 || step?.person
      ? []
      : [wrong(at, id, `the step ${id} does nothing, asks nothing and tells nobody what to do`)]),
    ...[...acts, ...asked].flatMap((run) => [
      ...(run.in === undefined || !Object.hasOwn(at.places, String(run.in))
        ? [
            wrong(
              at,
              id,
              `the step ${id} runs something at ${String(run.in)}, and the plan knows no such place`,
            ),
          ]
        : []),
      ...[run.command, run.read, run.write]
        .filter(Array.isArray)
        .flatMap((command) => needs(at, id, run, command.map(String))),
      ...listOf(run.set).flatMap((each) => changed(at, id, each)),
    ]),
    ...gates.flatMap((gate) => criterion(at, id, gate)),
    ...installed(at, id, step),
  ];
}

/** What a command cannot do without. */
function needs({ ...at }: At, id: string, run: Data, command: string[]): Finding[] {
  const line = command.join(' ');
  const place = at.places[String(run.in)];
  const lacks = (flag: RegExp, said: string): Finding[] =>
    command.some((each) => flag.test(each))
      ? []
      : [wrong(at, id, `the step ${id} runs \`${line.slice(0, 50)}\` without ${said}`, `add ${said}`)];
  const zone = at.model.sites.find(({ code }) => code === place?.site)?.objects?.zone;
  if (/^radosgw-admin (zone|zonegroup|period update|sync status)/.test(line))
    return [
      ...lacks(/^--rgw-realm=/, '--rgw-realm'),
      ...lacks(/^--rgw-zonegroup=/, '--rgw-zonegroup'),
      ...lacks(/^--rgw-zone=/, '--rgw-zone'),
      ...(command.includes(`--rgw-zone=${zone}`)
        ? []
        : [
            wrong(
              at,
              id,
              `the step ${id} speaks at ${String(place?.site)} for another zone than its own`,
              `--rgw-zone=${zone}`,
            ),
          ]),
      ...(/ period update/.test(line) ? lacks(/^--commit$/, '--commit') : []),
      ...(/ zone modify/.test(line)
        ? lacks(/^--(master(=false)?|read-only(=(true|false))?|endpoints=\S+)$/, 'what is to change')
        : []),
    ];
  if (/^rollout status/.test(line))
    return [
      ...lacks(/^(deployment|statefulset|daemonset)\/[\w-]+$/, 'what is to roll'),
      ...lacks(/^--timeout=([5-9]|[1-5]\d)s$/, '--timeout=10s'),
    ];
  if (/^wait /.test(line))
    return [
      ...lacks(
        /^--for=(condition=(Established|Available|Ready|Complete)|delete|jsonpath=\S+)$/,
        'a condition that an object can have',
      ),
      ...lacks(/^--timeout=([5-9]|[1-5]\d)s$/, '--timeout=10s'),
      ...lacks(/^(\w+\/\S+|--all|--selector=\S+|[a-z]+)$/, 'what it waits for'),
      ...command
        .filter((each) => /^crd\w*\//.test(each))
        .filter((each) => !definitions(at.tree).has(each.replace(/^\w+\//, '')) || !each.startsWith('crd/'))
        .map((each) =>
          wrong(at, each, `the step ${id} waits for ${each}, and no object of the tree is of that kind`),
        ),
    ];
  if (/^upgrade /.test(line))
    return [
      ...lacks(/^--repo=https:\/\/\S+$/, '--repo'),
      ...lacks(/^--version=v?\d+\.\d+\.\d+$/, '--version'),
      ...lacks(/^--install$/, '--install'),
      ...lacks(/^--atomic$/, '--atomic: what fails goes back by itself'),
      ...lacks(/^--timeout=([5-9]|[1-3]\d)m$/, '--timeout=10m'),
      ...(run.input === undefined ? [] : lacks(/^--values=-$/, '--values=-')),
      ...(command.length >= 3 && command[1] === command[2]
        ? []
        : [wrong(at, id, `the step ${id} installs ${command.slice(1, 3).join(' as ')}`)]),
      ...(listOf(place?.prefix).includes('--namespace=cert-manager')
        ? lacks(/^--create-namespace$/, '--create-namespace')
        : []),
    ];
  return [];
}

/** Names of the definitions that objects of the tree need: `certificates.cert-manager.io`. */
function definitions(tree: Tree): Set<string> {
  const known =
    named.get(tree) ??
    new Set(
      objects(tree).flatMap(({ kind, object }) => {
        const [group = '', version] = String(object.apiVersion ?? '').split('/');
        return version === undefined ? [] : [`${kind.toLowerCase()}s.${group}`];
      }),
    );
  named.set(tree, known);
  return known;
}
const named = new WeakMap<Tree, Set<string>>();

/** What is changed in an answer before it is written back: whether a zone of ours takes writes. */
function changed(at: At, id: string, { at: place, to }: Data): Finding[] {
  const said = JSON.stringify(place);
  return isPlace(at, place) && typeof to === 'boolean'
    ? []
    : [wrong(at, id, `the step ${id} changes ${said} to ${String(to)}: zones, the name of one, read_only`)];
}
/** Where it stands in a zone group whether a zone takes writes. */
function isPlace({ model }: At, place: Data): boolean {
  const [first, second, third, ...more] = listOf(place);
  const zones = model.sites.flatMap(({ objects: store }) => store?.zone ?? []);
  return first === 'zones' && zones.includes(second?.name) && third === 'read_only' && more.length === 0;
}

/** A gate says what answer opens it, but for commands that wait by themselves. */
function criterion(at: At, id: string, gate: Data): Finding[] {
  const line = listOf(gate.command).map(String).join(' ');
  const asks = ['matches', 'rejects', 'json'].filter((key) => listOf(gate[key]).length > 0);
  const waits = /^(curl|wait|rollout status|diff|auth can-i|create .*--dry-run)\b/.test(line);
  const strange = listOf(gate.json).filter(
    (each: Data) =>
      !(
        (listOf(each.at)[0] === 'zones'
          ? isPlace(at, each.at) && typeof each.is === 'boolean'
          : listOf(each.at).length > 0 || typeof each.at === 'string') &&
        (Array.isArray(each.is) || ['string', 'boolean', 'number'].includes(typeof each.is))
      ),
  );
  return [
    ...(asks.length > 0 || waits || gate.fails === true || gate.sameAs !== undefined
      ? []
      : [
          wrong(
            at,
            id,
            `a gate of the step ${id} opens whatever \`${line.slice(0, 50)}\` answers`,
            'matches, rejects or json',
          ),
        ]),
    ...strange.map((each: Data) =>
      wrong(at, id, `a gate of the step ${id} looks at ${JSON.stringify(each)}, which no answer has`),
    ),
    ...(/^radosgw-admin sync status/.test(line) && listOf(gate.rejects).length > 0
      ? ['behind', 'failed', 'recovering', 'preparing']
          .filter((word) => !listOf(gate.rejects).some((each) => String(each) === word))
          .map((word) => wrong(at, id, `the step ${id} goes on while copies are ${word}`, `rejects: ${word}`))
      : []),
  ];
}

/** Each part that a chart runs is waited for. */
function installed(at: At, id: string, step: Data): Finding[] {
  const said = typeof step?.do?.input === 'string' ? yamlOf(step.do.input) : undefined;
  const command = listOf(step?.do?.command).map(String);
  if (command[0] !== 'upgrade' || typeof said !== 'object' || said === null) return [];
  const chart = command[1] ?? '';
  const parts = [
    chart === 'rook-ceph' ? 'rook-ceph-operator' : chart,
    ...(chart === 'cert-manager' ? ['cert-manager-webhook', 'cert-manager-cainjector'] : []),
  ];
  const waited = listOf(step.until).flatMap((gate: Data) => listOf(gate.command).map(String));
  return [
    ...parts
      .filter((part) => !waited.includes(`deployment/${part}`))
      .map((part) =>
        wrong(at, id, `the step ${id} does not wait for ${part}`, `rollout status deployment/${part}`),
      ),
    ...(chart === 'cert-manager'
      ? ['webhook', 'cainjector']
          .filter((part) => typeof said[part] !== 'object' || said[part]?.replicaCount === undefined)
          .map((part) => wrong(at, id, `the step ${id} says nothing of ${part}`, `${part}: replicaCount: 2`))
      : []),
  ];
}

import type { Model } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { procedureFiles } from '../reading/object-store-tree.ts';
import { type Data, objects } from '../reading/objects.ts';
import { listOf } from '../reading/texts.ts';

export const planCommands: Policy = {
  id: 'plan-commands',
  title:
    'every command of a plan is one that its program knows, about the realm, zone and objects of the place where it runs',
  why: 'Avoid: a verb that kubectl has not, a zone of another realm, a context of another site, a step that nothing proves. Prefer: commands that name what they are about, a gate after each change and the way back. Rationale: a plan is carried out once in years, by people under pressure; what it misspells they find out with half of it done.',
  check: (model, tree) =>
    procedureFiles(tree).flatMap(({ path, plan }) => {
      const site = path.split('/')[0]!;
      return [
        ...places(path, plan),
        ...gated(path, plan),
        ...listOf(plan?.steps).flatMap((step: Data) => [
          ...steps(path, step),
          ...runs(step).flatMap((each) => commands({ model, tree, path, site }, plan, each, String(step.id))),
        ]),
      ];
    }),
};

const fix = 'make the tree again with `npm run synth`';

/** The prefix of a place leads to its own site. */
const places = (path: string, { places: all }: Data): Finding[] =>
  Object.entries<Data>(all ?? {}).flatMap(([name, place]) => {
    const prefix = listOf(place?.prefix).map(String);
    const wrong = (message: string): Finding => ({ path, text: name, message: `${name} ${message}`, fix });
    const [program] = prefix;
    if (program === undefined) return place?.site === undefined ? [] : [wrong('runs nothing at its site')];
    const context = prefix.find((each) => /^--(kube-)?context=/.test(each))?.split('=')[1];
    return [
      ...(['kubectl', 'helm', 'ssh'].includes(program)
        ? []
        : [wrong(`runs ${program}, which no page says to install`)]),
      ...(program === 'ssh' || context === place.site
        ? []
        : [wrong(`is at ${String(place.site)}, and its commands go to ${context ?? 'whatever is current'}`)]),
      ...(program === 'ssh' || prefix.some((each) => /^--namespace=[a-z-]+$/.test(each))
        ? []
        : [wrong('says no namespace')]),
      ...(prefix.includes('exec') && !prefix.includes('--')
        ? [wrong('does not say where its command begins')]
        : []),
    ];
  });

/** Somewhere a plan looks at what it did, or it ends well whatever happened. */
const gated = (path: string, { id, steps: all }: Data): Finding[] =>
  listOf(all).some((step: Data) => listOf(step.until).length > 0)
    ? []
    : [{ path, text: `id: ${id}`, message: `${id} is over before anybody knows whether it worked`, fix }];

interface Run {
  in: string;
  command: string[];
  isGate: boolean;
}
/** What a step runs: to do it, to see that it is done, and to undo it. */
const runs = (step: Data): Run[] => {
  const all: [Data, boolean][] = [
    ...(step.do ? [[step.do, false] as [Data, boolean]] : []),
    ...listOf(step.until).flatMap((gate: Data): [Data, boolean][] => [
      [gate, true],
      ...(gate.sameAs ? [[gate.sameAs, true] as [Data, boolean]] : []),
    ]),
    ...listOf(step.undo?.do).map((each: Data): [Data, boolean] => [each, false]),
  ];
  return all.flatMap(([each, isGate]) =>
    [each.command, each.read, each.write]
      .filter(Array.isArray)
      .map((command) => ({ in: String(each.in), command: command.map(String), isGate })),
  );
};

function steps(path: string, step: Data): Finding[] {
  const id = String(step.id);
  const wrong = (message: string): Finding => ({
    path,
    text: `id: ${id}`,
    message: `the step ${id} ${message}`,
    fix,
  });
  return [
    ...(/^[a-z][a-z0-9-]*$/.test(id) ? [] : [wrong('has no name that a person can type')]),
    ...([step.title, step.why].some((text) => !/\S \S/.test(String(text ?? '')))
      ? [wrong('does not say what it does and why')]
      : []),
    ...(Number.isInteger(step.timeoutSeconds) && step.timeoutSeconds >= 10 && step.timeoutSeconds <= 86400
      ? []
      : [wrong(`waits ${String(step.timeoutSeconds)} s`)]),
    ...(typeof step.undo?.why === 'string' && Array.isArray(step.undo.do) ? [] : [wrong('has no way back')]),
  ];
}

/** @see https://kubernetes.io/docs/reference/kubectl/ https://docs.ceph.com/en/tentacle/man/8/radosgw-admin/ */
const KUBECTL =
  /^(get|patch|apply|rollout (status|restart)|wait|delete|annotate|label|scale|exec|create|version|auth)\b/;
const HELM = /^(upgrade|rollback|status|history|uninstall|list)\b/;
const RADOSGW =
  /^radosgw-admin (period (get|update|get-current|commit)|zonegroup (get|set|modify)|zone (get|set|modify)|sync status|realm (get|pull|default)|user info|bucket (list|sync status)|metadata sync status|data sync status)\b/;
const OTHERS =
  /^(curl|ceph|rados|s3cmd|dig|nslookup|amtool --alertmanager\.url=\S+ silence (add|query|expire)|sh -c ids=\$\(amtool)\b/;

interface At {
  model: Model;
  tree: Tree;
  path: string;
  site: string;
}
function commands({ model, tree, path, site }: At, plan: Data, run: Run, step: string): Finding[] {
  const place = plan.places?.[run.in];
  const line = run.command.join(' ');
  const prefix: string[] = listOf(place?.prefix).map(String);
  const wrong = (text: string, message: string): Finding => ({
    path,
    text,
    message: `the step ${step} ${message}`,
    fix,
  });
  const isExec = prefix.includes('exec');
  const isKnown =
    RADOSGW.test(line) ||
    OTHERS.test(line) ||
    (!isExec && (prefix[0] === 'kubectl' ? KUBECTL : HELM).test(line));
  const flags = new Map(
    run.command
      .filter((each) => /^--[\w-]+=/.test(each))
      .map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
  );
  const named: [string, string[]][] = [
    ['--rgw-realm', model.objects ? [model.objects.realm] : []],
    ['--rgw-zonegroup', model.objects ? [model.objects.realm] : []],
    ['--rgw-zone', model.sites.flatMap(({ objects: store }) => store?.zone ?? [])],
  ];
  const at = place?.site ?? site;
  const refers = run.command.flatMap(
    (each) =>
      /^(deployment|statefulset|daemonset|job|cephobjectrealm|cephobjectstore|cephcluster|cephobjectzone)\/([\w-]+)$/
        .exec(each)
        ?.slice(1, 3) ?? [],
  );
  const missing =
    refers.length === 2 &&
    !objects(tree).some(
      (each) => each.site === at && each.kind.toLowerCase() === refers[0] && each.name === refers[1],
    );
  const brought = /^(rook-ceph-|cert-manager|csi-)/.test(refers[1] ?? '');
  const needs: [RegExp, string[]][] = [
    [/^radosgw-admin zone (get|modify|set)\b/, ['--rgw-zone', '--rgw-zonegroup']],
    [/^radosgw-admin zonegroup (get|modify|set)\b/, ['--rgw-zonegroup']],
  ];
  const lacking = needs
    .filter(([form]) => form.test(line))
    .flatMap(([, wanted]) => wanted.filter((flag) => !flags.has(flag)));
  const kind = /^(get|patch|delete|annotate|label) (\w[\w.-]*)( |$)/.exec(
    isExec || prefix[0] !== 'kubectl' ? '' : line,
  )?.[2];
  return [
    ...lacking.map((flag) => wrong(step, `says of \`${line.slice(0, 40)}\` no ${flag.slice(6)}`)),
    ...(kind === undefined || kinds(tree).has(kind.replace(/s$/, ''))
      ? []
      : [wrong(kind, `is about a ${kind}, and there is no such kind`)]),
    ...(isKnown
      ? []
      : [
          wrong(
            run.command[0] ?? step,
            `runs \`${line.slice(0, 60)}\`, which ${isExec ? 'radosgw-admin' : (prefix[0] ?? 'the shell')} does not know`,
          ),
        ]),
    ...named
      .filter(([flag, values]) => flags.has(flag) && !values.includes(flags.get(flag)!))
      .map(([flag]) =>
        wrong(
          `${flag}=${flags.get(flag)}`,
          `is about ${flag.slice(6)} ${flags.get(flag)}, which the platform has not`,
        ),
      ),
    ...(/^radosgw-admin (zonegroup|zone|period (update|get))\b/.test(line) && !flags.has('--rgw-realm')
      ? [wrong('radosgw-admin', `says of \`${line.slice(0, 40)}\` no realm`)]
      : []),
    ...(missing && !brought
      ? [wrong(refers.join('/'), `is about ${refers.join('/')}, which ${at} has not`)]
      : []),
    ...run.command
      .filter(
        (each) => each.startsWith('--output=jsonpath=') && each.split('{').length !== each.split('}').length,
      )
      .map((each) => wrong(each, `reads ${each}, which nobody can read`)),
    ...run.command
      .filter((each) => each.startsWith('--patch=') && !isJson(each.slice(8)))
      .map((each) => wrong(each.slice(0, 40), 'patches with what is no JSON')),
  ];
}
const kindsOf = new WeakMap<Tree, Set<string>>();
/** Kinds by the word that kubectl takes for them. */
function kinds(tree: Tree): Set<string> {
  const known =
    kindsOf.get(tree) ??
    new Set([
      ...objects(tree).map(({ kind }) => kind.toLowerCase()),
      'secret',
      'pod',
      'node',
      'crd',
      'customresourcedefinition',
      'job',
    ]);
  kindsOf.set(tree, known);
  return known;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

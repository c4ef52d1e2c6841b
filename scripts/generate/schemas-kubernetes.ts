import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotLook, main, options } from '../lib/main.ts';
import { type Command, run } from '../lib/run.ts';
import { ROOT } from '../lib/sites.ts';
import { lines, reachable, type Schema, slim } from './slim-schema.ts';

/** The wheel on PyPI that carries the API of every release as strict JSON Schemas. */
export const WHEEL = { name: 'kubernetes-validate', version: '1.36.0', licence: 'Apache-2.0' } as const;
/** The releases that we support, oldest first. */
export const KUBERNETES_RELEASES = ['1.34', '1.35', '1.36'] as const;

/** The kinds that the tree may have; `status` is the cluster's to write. */
const KINDS = [
  'v1 ConfigMap',
  'v1 LimitRange',
  'v1 Namespace',
  'v1 PersistentVolume',
  'v1 PersistentVolumeClaim',
  'v1 ResourceQuota',
  'v1 Service',
  'v1 ServiceAccount',
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding',
  'apiregistration.k8s.io/v1 APIService',
  'apps/v1 DaemonSet',
  'apps/v1 Deployment',
  'apps/v1 StatefulSet',
  'autoscaling/v2 HorizontalPodAutoscaler',
  'batch/v1 CronJob',
  'batch/v1 Job',
  'discovery.k8s.io/v1 EndpointSlice',
  'networking.k8s.io/v1 Ingress',
  'networking.k8s.io/v1 IngressClass',
  'networking.k8s.io/v1 NetworkPolicy',
  'policy/v1 PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1 ClusterRole',
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1 Role',
  'rbac.authorization.k8s.io/v1 RoleBinding',
  'scheduling.k8s.io/v1 PriorityClass',
  'storage.k8s.io/v1 StorageClass',
];

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = {
  type: ['string', 'number'],
  pattern: '^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$',
};

/** Definitions that say less than is known of their values. */
const KNOWN: Record<string, Schema> = {
  'api.resource.Quantity': QUANTITY,
  'util.intstr.IntOrString': { type: ['integer', 'string'] },
};

/** One release of the API: definitions by short name, and which of them is which kind. */
export interface Api {
  kinds: Record<string, string>;
  definitions: Record<string, Schema>;
}

/** The part of a release's `_definitions.json` that the kinds need. @throws CannotLook when a kind is not in it */
export function api(definitions: Record<string, Schema>, wanted: readonly string[] = KINDS): Api {
  const short = (name: string): string => name.split('.').slice(-3).join('.');
  const rename = (text: string): string =>
    text.replaceAll(/"#\/\$defs\/([^"]+)"/g, (_, name) => `"#/definitions/${short(name)}"`);
  const all = Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [
      short(name),
      KNOWN[short(name)] ?? own(slim(JSON.parse(rename(JSON.stringify(schema))))),
    ]),
  );
  const known = new Map<string, string>(
    Object.entries(definitions).flatMap(([name, schema]) =>
      (schema['x-kubernetes-group-version-kind'] ?? []).map(
        ({ group, version, kind }: { group: string; version: string; kind: string }): [string, string] => [
          `${group ? `${group}/` : ''}${version} ${kind}`,
          short(name),
        ],
      ),
    ),
  );
  const kinds: Record<string, string> = {};
  for (const kind of wanted) {
    const name = known.get(kind);
    if (!name) throw new CannotLook(`this release of Kubernetes has no ${kind}; take it out of KINDS`);
    kinds[kind] = name;
    all[name] = { ...all[name], required: [...new Set([...(all[name]!.required ?? []), 'metadata'])] };
  }
  const needed = reachable(Object.values(kinds), all);
  return { kinds, definitions: Object.fromEntries([...needed].sort().map((name) => [name, all[name]!])) };
}

/** What a person or a program of ours may write: neither what the cluster reports nor who set which field. */
function own(schema: Schema): Schema {
  if (!schema.properties) return schema;
  const { status, managedFields, ...properties } = schema.properties as Record<string, Schema>;
  return status?.$ref || managedFields ? { ...schema, properties } : schema;
}

/** Several releases as the first one and what each later one changed; `null` where a definition is gone. */
export function changes(releases: Map<string, Api>) {
  const [[, first], ...later] = [...releases] as [[string, Api], ...[string, Api][]];
  let before = first.definitions;
  const changed: Record<string, Record<string, Schema | null>> = {};
  for (const [release, { definitions }] of later) {
    const gone = Object.keys(before).filter((name) => !definitions[name]);
    const differs = Object.entries(definitions).filter(
      ([name, schema]) => JSON.stringify(schema) !== JSON.stringify(before[name]),
    );
    changed[release] = Object.fromEntries([...gone.map((name) => [name, null] as const), ...differs]);
    before = definitions;
  }
  return { kinds: first.kinds, definitions: first.definitions, changes: changed };
}

const USAGE = `npm run schemas:kubernetes [-- --wheel FILE]
Writes policies/reading/schemas/kubernetes.json from ${WHEEL.name} ${WHEEL.version}, which pip downloads unless FILE is given.`;

if (import.meta.main) {
  await main(async () => {
    const { values } = options(USAGE, { wheel: { type: 'string' } });
    const work = mkdtempSync(join(tmpdir(), 'fredu-schemas-'));
    try {
      const wheel = values.wheel ?? (await download(work));
      await must(['python3', '-m', 'zipfile', '-e', wheel, work], 'is it a wheel?');
      const releases = new Map(
        KUBERNETES_RELEASES.map((release) => [release as string, read(work, release)]),
      );
      const text = lines({
        '//': 'npm run schemas:kubernetes',
        source: `${WHEEL.name} ${WHEEL.version} (PyPI, ${WHEEL.licence})`,
        sha256: createHash('sha256').update(readFileSync(wheel)).digest('hex'),
        releases: KUBERNETES_RELEASES,
        ...changes(releases),
      });
      writeFileSync(join(ROOT, 'policies/reading/schemas/kubernetes.json'), text);
      process.stdout.write(
        `policies/reading/schemas/kubernetes.json: ${KINDS.length} kinds, ${text.length} bytes\n`,
      );
      return 0;
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

function read(work: string, release: string): Api {
  const path = join(
    work,
    `kubernetes_validate/kubernetes-json-schema/v${release}.0-local-strict/_definitions.json`,
  );
  try {
    return api(JSON.parse(readFileSync(path, 'utf8')).$defs);
  } catch (error) {
    if (error instanceof CannotLook) throw error;
    throw new CannotLook(`the wheel has no schemas of Kubernetes ${release}; name a newer one in WHEEL`);
  }
}

async function download(folder: string): Promise<string> {
  const wanted = `${WHEEL.name}==${WHEEL.version}`;
  await must(
    ['python3', '-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, wanted],
    'fetch the wheel by hand and name it by --wheel',
  );
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.whl'))!);
}

async function must(command: Command, hint: string): Promise<void> {
  const { code, stderr } = await run(command, { timeoutSeconds: 300 });
  if (code !== 0) throw new CannotLook(`${command[0]} failed: ${stderr.trim().split('\n').at(-1)}; ${hint}`);
}

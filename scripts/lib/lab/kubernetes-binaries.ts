import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { RELEASES } from '#constructs/releases.ts';
import { type Command, run } from '#scripts/lib/run.ts';
import { find } from '../programs.ts';

/**
 * A Kubernetes control plane built from its Go modules, once a machine: kube-apiserver, kube-controller-manager,
 * kube-scheduler and kubectl of the release that we deploy, etcd, and kwok, which plays the kubelets. Needs Go and its
 * module proxy; about 8 minutes on two cores. `FREDU_LAB_BIN` names a folder that has them already.
 */
export const ETCD = '3.6.8';
const KWOK = '0.8.0';
const KUBERNETES = RELEASES.kubernetes;
const CONTROL = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'];
const PROGRAMS = [...CONTROL, 'etcd', 'kwok'];
/** What runs on a node that is real. */
const NODE = ['kubelet', 'kube-proxy'];
const STAGES = [
  'node/fast/node-initialize',
  'node/heartbeat-with-lease/node-heartbeat-with-lease',
  'pod/fast/pod-ready',
  'pod/fast/pod-complete',
  'pod/fast/pod-delete',
];

const cached = (name: string): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'fredu', `${name}-${KUBERNETES}`);
const labFolder = (): string => process.env.FREDU_LAB_BIN ?? cached('kubernetes');
const nodeFolder = (): string => cached('kubernetes-node');

/** Why the lab cannot run here, or nothing. */
export function labMissing(): string | undefined {
  const there = PROGRAMS.every((program) => existsSync(join(labFolder(), program)));
  if (there || find('go')) return undefined;
  return `no Kubernetes binaries in ${labFolder()} and no Go to build them with`;
}

/** The folder with all programs; built on first use. @throws the step that failed, with the end of its output */
export async function labBinaries(): Promise<string> {
  return await built(labFolder(), PROGRAMS, async (work, out) => {
    await buildKubernetes(join(work, 'kubernetes'), out);
    await buildEtcd(join(work, 'etcd'), out);
    await step(['go', 'install', '-p', '2', '-ldflags=-s -w', `sigs.k8s.io/kwok/cmd/kwok@v${KWOK}`], work, {
      GOBIN: out,
    });
    await collectStages(work, out);
  });
}

/** The folder with kubelet and kube-proxy of that release; built on first use, four minutes on two busy cores. @throws as above */
export const nodeBinaries = (): Promise<string> =>
  built(nodeFolder(), NODE, (work, out) => buildKubernetes(join(work, 'kubernetes'), out, NODE));

async function built(
  folder: string,
  programs: string[],
  build: (work: string, out: string) => Promise<void>,
): Promise<string> {
  if (programs.every((program) => existsSync(join(folder, program)))) return folder;
  const work = mkdtempSync(join(tmpdir(), 'fredu-lab-'));
  const out = `${folder}.building-${process.pid}`;
  mkdirSync(out, { recursive: true });
  try {
    await build(work, out);
    rmSync(folder, { recursive: true, force: true });
    renameSync(out, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(out, { recursive: true, force: true });
  }
  return folder;
}

/** Kubernetes' own module replaces its staging modules by folders; from outside they must be named by version. */
async function buildKubernetes(work: string, out: string, commands = CONTROL): Promise<void> {
  const staging = `v0.${KUBERNETES.replace(/^1\./, '')}`;
  mkdirSync(work, { recursive: true });
  const info = await step(['go', 'mod', 'download', '-json', `k8s.io/kubernetes@v${KUBERNETES}`], work);
  const { GoMod } = JSON.parse(info) as { GoMod: string };
  const modules = readFileSync(GoMod, 'utf8').matchAll(/^\s+(k8s\.io\/[a-z0-9-]+) v0\.0\.0$/gm);
  const names = [...new Set([...modules].map((match) => match[1]))];
  writeFileSync(
    join(work, 'go.mod'),
    [
      'module lab/kubernetes',
      'go 1.26',
      `require k8s.io/kubernetes v${KUBERNETES}`,
      ...names.map((name) => `replace ${name} => ${name} ${staging}`),
      '',
    ].join('\n'),
  );
  const imports = commands.map(
    (name) => `import _ "k8s.io/kubernetes/cmd/${name}${name === 'kubectl' ? '' : '/app'}"`,
  );
  writeFileSync(join(work, 'tools.go'), ['package main', ...imports, 'func main() {}', ''].join('\n'));
  await step(['go', 'mod', 'tidy'], work);
  const [major, minor] = KUBERNETES.split('.');
  const version = Object.entries({
    gitVersion: `v${KUBERNETES}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: 'module',
    buildDate: '1970-01-01T00:00:00Z',
  }).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`);
  const packages = commands.map((name) => `k8s.io/kubernetes/cmd/${name}`);
  await step(
    ['go', 'build', '-p', '2', '-o', `${out}/`, `-ldflags=-s -w ${version.join(' ')}`, ...packages],
    work,
  );
}

async function buildEtcd(work: string, out: string): Promise<void> {
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'go.mod'), 'module lab/etcd\ngo 1.26\n');
  writeFileSync(join(work, 'tools.go'), 'package tools\n\nimport _ "go.etcd.io/etcd/server/v3"\n');
  await step(['go', 'get', `go.etcd.io/etcd/server/v3@v${ETCD}`], work);
  await step(['go', 'mod', 'tidy'], work);
  await step(
    ['go', 'build', '-p', '2', '-ldflags=-s -w', '-o', join(out, 'etcd'), 'go.etcd.io/etcd/server/v3'],
    work,
  );
}

/** kwok's life cycles of nodes and pods, which lie in its module as separate files. */
async function collectStages(work: string, out: string): Promise<void> {
  const cache = (await step(['go', 'env', 'GOMODCACHE'], work)).trim();
  const folder = join(cache, 'sigs.k8s.io', `kwok@v${KWOK}`, 'kustomize', 'stage');
  writeFileSync(
    join(out, 'stages.yaml'),
    STAGES.map((name) => `---\n${readFileSync(join(folder, `${name}.yaml`), 'utf8')}`).join('\n'),
  );
}

async function step(command: Command, cwd: string, env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await run(['nice', '-n', '5', ...command], {
    cwd,
    env: { GOFLAGS: '-mod=mod', ...env },
    timeoutSeconds: 1500,
  });
  if (code !== 0) throw new Error(`${command.slice(0, 3).join(' ')} failed: ${stderr.slice(-800)}`);
  return stdout;
}

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { imageTag } from '#constructs/images.ts';
import { RELEASES } from '#constructs/releases.ts';
import { run } from '#scripts/lib/run.ts';
import { find } from '../programs.ts';
import { ETCD } from './kubernetes-binaries.ts';

/** A program that is had as a Go module: its name, the path of its command, its release. */
export interface GoTool {
  name: string;
  command: string;
  version: string;
  /** Its module, where that replaces modules of others: Go then builds the command inside it alone. */
  module?: string;
  /** Modules that cannot be had as they are, or are not wanted, and what stands in for them; only with `module`. */
  replaced?: Replaced[];
  /** A program of our own that is made of a module's parts: its text, and the module. */
  main?: { text: string; module: string };
  /** Files of its module that are other ones here, by their paths in it; only with `module`. */
  files?: Record<string, string>;
  /** Only this release will do: one on PATH is not taken. */
  exact?: boolean;
  /** Its module replaces sisters by folders beside it, which are published as modules of their own: Go builds it as somebody's dependency. */
  sisters?: boolean;
}

/** A module with other files: its own release with some folders exchanged, another module, or nothing but these files. */
interface Replaced {
  module: string;
  /** Start from the release that the program's `go.mod` names. */
  original?: boolean;
  /** Folders that are left out. */
  without?: string[];
  files?: Record<string, string>;
  /** The other module, `path@version`, and its lines in `go.sum`. */
  by?: { module: string; sums: string[] };
}

/** Reviews manifests by rules of its own. @see https://github.com/zegl/kube-score/blob/v1.20.0/README_CHECKS.md */
export const KUBE_SCORE: GoTool = {
  name: 'kube-score',
  command: 'github.com/zegl/kube-score/cmd/kube-score',
  version: '1.20.0',
};

/** Lints manifests; its module has another name than its repository, and only that one is had everywhere. @see https://github.com/stackrox/kube-linter/tree/v0.8.3 */
export const KUBE_LINTER: GoTool = {
  name: 'kube-linter',
  command: 'github.com/stackrox/kube-linter/cmd/kube-linter',
  module: 'github.com/stackrox/kube-linter',
  version: '0.8.3',
};

/** Holds manifests against schemas. @see https://github.com/yannh/kubeconform/tree/v0.8.0 */
export const KUBECONFORM: GoTool = {
  name: 'kubeconform',
  command: 'github.com/yannh/kubeconform/cmd/kubeconform',
  version: '0.8.0',
};

/** Encrypts files value by value; four minutes on two cores. @see https://github.com/getsops/sops/tree/v3.13.2 */
export const SOPS: GoTool = {
  name: 'sops',
  command: 'github.com/getsops/sops/v3/cmd/sops',
  version: '3.13.2',
};

/** Terraform's free twin; three minutes on two cores. @see https://github.com/opentofu/opentofu/tree/v1.12.6 */
export const OPENTOFU: GoTool = {
  name: 'tofu',
  command: 'github.com/opentofu/opentofu/cmd/tofu',
  module: 'github.com/opentofu/opentofu',
  version: '1.12.6',
};

/** Approves what kubelets ask for. @see https://github.com/postfinance/kubelet-csr-approver/tree/v1.2.14 */
export const KUBELET_CSR_APPROVER: GoTool = {
  name: 'kubelet-csr-approver',
  command: 'github.com/postfinance/kubelet-csr-approver/cmd/kubelet-csr-approver',
  version: RELEASES.kubeletCsrApprover,
};

/** A challenge by DNS is cert-manager's work here; without those of 180 providers the program is built in half the time. */
const NO_PROVIDERS = `package dns

import (
	"errors"

	"github.com/go-acme/lego/v5/challenge"
)

func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	return nil, errors.New("built without providers: " + name)
}
`;

/**
 * Our ingress, of the release that its image has; ten minutes of two busy cores. It differs from the published one in what is
 * replaced: a nested module that the module proxy has not (two empty structures), the providers of ACME's DNS challenge, an
 * older fork of its basic authentication. Nothing of that is configured here. The page of its dashboard is empty.
 * @see https://github.com/traefik/traefik/blob/v3.7.13/go.mod
 */
export const TRAEFIK: GoTool = {
  name: 'traefik',
  command: 'github.com/traefik/traefik/v3/cmd/traefik',
  module: 'github.com/traefik/traefik/v3',
  version: imageTag('traefik').slice(1),
  replaced: [
    {
      module: 'github.com/traefik/traefik/dynamic/ext',
      files: { 'ext.go': 'package ext\n\ntype HTTP struct{}\ntype Router struct{}\n' },
    },
    {
      module: 'github.com/go-acme/lego/v5',
      original: true,
      without: ['providers/dns'],
      files: { 'providers/dns/dns.go': NO_PROVIDERS },
    },
    {
      module: 'github.com/abbot/go-http-auth',
      by: {
        module: 'github.com/containous/go-http-auth@v0.4.1-0.20200324110947-a37a7636d23e',
        sums: [
          'h1:D+uTEzDZc1Fhmd0Pq06c+O9+KkAyExw0eVmu/NOqaHU=',
          '/go.mod h1:s8kLgBQolDbsJOPVIGCEEv9zGAKUUf/685Gi0Qqg8z8=',
        ],
      },
    },
  ],
};

/** What Kubespray puts on hosts of the control plane. @see https://github.com/etcd-io/etcd/tree/v3.6.8 */
const etcd = (name: string, part: string): GoTool => ({
  name,
  command: `go.etcd.io/etcd/${part}/v3`,
  version: ETCD,
  sisters: true,
});
export const ETCD_SERVER = etcd('etcd', 'server');
export const ETCDCTL = etcd('etcdctl', 'etcdctl');
export const ETCDUTL = etcd('etcdutl', 'etcdutl');

/** What Kubespray has for the names of a cluster, with the parts that answer for it alone. @see https://github.com/coredns/coredns/tree/v1.13.1 */
export const COREDNS: GoTool = {
  name: 'coredns',
  command: '.',
  version: '1.13.1',
  main: {
    module: 'github.com/coredns/coredns',
    text: `package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/kubernetes"
)

func main() {
	dnsserver.Directives = []string{"bind", "errors", "cache", "kubernetes", "forward"}
	coremain.Run()
}
`,
  },
};

/** Where it is kept. */
export const toolFolder = ({ name, version }: GoTool): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'fredu', `${name}-${version}`);

/** Why it cannot be run here, or nothing. */
export const goToolMissing = (tool: GoTool): string | undefined =>
  onPath(tool) || existsSync(join(toolFolder(tool), tool.name)) || find('go')
    ? undefined
    : `no ${tool.name} on PATH and no Go to build it with`;

const onPath = ({ name, exact }: GoTool): string | undefined => (exact ? undefined : find(name));

/** The path of the program: on PATH, or built once a machine. @throws with the end of Go's output when it does not build */
export async function goTool(tool: GoTool): Promise<string> {
  const found = onPath(tool);
  if (found) return found;
  const bin = toolFolder(tool);
  const program = join(bin, tool.name);
  if (existsSync(program)) return program;
  mkdirSync(bin, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'fredu-go-'));
  try {
    const built = await run(['nice', '-n', '5', 'go', ...(await building(tool, program, work))], {
      cwd: work,
      env: { GOBIN: bin, GOFLAGS: tool.sisters || tool.main ? '-mod=mod' : '' },
      timeoutSeconds: 1500,
    });
    if (built.code !== 0) throw new Error(`${tool.name} was not built: ${built.stderr.slice(-800)}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return program;
}

/** Go's arguments that build the program. */
async function building(
  { command, module, version, replaced, files, sisters, main }: GoTool,
  program: string,
  work: string,
): Promise<string[]> {
  if (main) {
    write(join(work, 'go.mod'), `module lab\nrequire ${main.module} v${version}\n`);
    write(join(work, 'main.go'), main.text);
    return ['build', '-p', '2', '-buildvcs=false', '-ldflags=-s -w', '-o', program, command];
  }
  if (sisters) {
    write(join(work, 'go.mod'), `module lab\nrequire ${command} v${version}\n`);
    return ['build', '-p', '2', '-ldflags=-s -w', '-o', program, command];
  }
  if (!module) return ['install', '-p', '2', `${command}@v${version}`];
  const source = await sourceOf(await goModule(module, version), files, work);
  const file = replaced ? [`-modfile=${await moduleFile(source, replaced, work)}`] : [];
  const inside = `.${command.slice(module.length)}`;
  return [
    '-C',
    source,
    'build',
    ...file,
    '-p',
    '2',
    '-buildvcs=false',
    '-ldflags=-s -w',
    '-o',
    program,
    inside,
  ];
}

/** The module's folder, or a copy of it with some files of ours. */
async function sourceOf(
  module: string,
  files: Record<string, string> | undefined,
  work: string,
): Promise<string> {
  if (!files) return module;
  const own = join(work, 'source');
  await run(['cp', '-r', '--no-preserve=mode', module, own]);
  for (const [path, text] of Object.entries(files)) write(join(own, path), text);
  return own;
}

/** The folder with the files of a Go module, which nobody writes to. @throws when the module proxy does not have it */
export async function goModule(module: string, version: string): Promise<string> {
  const { code, stdout, stderr } = await run(['go', 'mod', 'download', '-json', `${module}@v${version}`], {
    timeoutSeconds: 300,
  });
  if (code !== 0) throw new Error(`${module} was not had: ${stderr.slice(-800)}`);
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

/** The program's `go.mod` with other modules in the place of some. @returns its path, beside which `go.sum` lies */
async function moduleFile(source: string, replaced: Replaced[], work: string): Promise<string> {
  const file = join(work, 'go.mod');
  const own = readFileSync(join(source, 'go.mod'), 'utf8');
  const sums = replaced.flatMap(({ by }) => {
    const [name = '', release = ''] = by?.module.split('@') ?? [];
    return (by?.sums ?? []).map((sum) => `${name} ${release}${sum.startsWith('/') ? '' : ' '}${sum}\n`);
  });
  writeFileSync(file, own);
  writeFileSync(join(work, 'go.sum'), readFileSync(join(source, 'go.sum'), 'utf8') + sums.join(''));
  for (const [index, { module, original, without = [], files = {}, by }] of replaced.entries()) {
    const place = join(work, `module${index}`);
    if (original) {
      const release = new RegExp(`^\\s*${module.replaceAll('.', '\\.')} v(\\S+)`, 'm').exec(own)?.[1] ?? '';
      await run(['cp', '-r', '--no-preserve=mode', await goModule(module, release), place]);
      for (const each of without) rmSync(join(place, each), { recursive: true, force: true });
    } else if (!by) write(join(place, 'go.mod'), `module ${module}\n`);
    for (const [path, text] of Object.entries(files)) write(join(place, path), text);
    const edit = `${module}=${by?.module ?? place}`;
    const { code, stderr } = await run(['go', 'mod', 'edit', '-replace', edit, file]);
    if (code !== 0) throw new Error(`go mod edit -replace ${edit}: ${stderr}`);
  }
  return file;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { RELEASES } from '../../constructs/releases.ts';
import { find } from '../judge.ts';
import { run } from '../run.ts';

/** A program that is had as a Go module: its name, the path of its command, its release. */
export interface GoTool {
  name: string;
  command: string;
  version: string;
  /** Its module, where that replaces modules of others: Go then builds the command inside it alone. */
  module?: string;
}

/** Reviews manifests by rules of its own. @see https://github.com/zegl/kube-score/blob/v1.20.0/README_CHECKS.md */
export const KUBE_SCORE: GoTool = {
  name: 'kube-score',
  command: 'github.com/zegl/kube-score/cmd/kube-score',
  version: '1.20.0',
};

/** Holds manifests against schemas. @see https://github.com/yannh/kubeconform/tree/v0.8.0 */
export const KUBECONFORM: GoTool = {
  name: 'kubeconform',
  command: 'github.com/yannh/kubeconform/cmd/kubeconform',
  version: '0.8.0',
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

const folder = ({ name, version }: GoTool): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'fredu', `${name}-${version}`);

/** Why it cannot be run here, or nothing. */
export const goToolMissing = (tool: GoTool): string | undefined =>
  find(tool.name) || existsSync(join(folder(tool), tool.name)) || find('go')
    ? undefined
    : `no ${tool.name} on PATH and no Go to build it with`;

/** The path of the program: on PATH, or built once a machine. @throws with the end of Go's output when it does not build */
export async function goTool(tool: GoTool): Promise<string> {
  const onPath = find(tool.name);
  if (onPath) return onPath;
  const bin = folder(tool);
  const program = join(bin, tool.name);
  if (existsSync(program)) return program;
  mkdirSync(bin, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'fredu-go-'));
  try {
    const built = await run(['nice', '-n', '5', 'go', ...(await building(tool, program))], {
      cwd: work,
      env: { GOBIN: bin, GOFLAGS: '' },
      timeoutSeconds: 1500,
    });
    if (built.code !== 0) throw new Error(`${tool.name} was not built: ${built.stderr.slice(-800)}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return program;
}

/** Go's arguments that build the program. */
async function building({ command, module, version }: GoTool, program: string): Promise<string[]> {
  if (!module) return ['install', '-p', '2', `${command}@v${version}`];
  const { code, stdout, stderr } = await run(['go', 'mod', 'download', '-json', `${module}@v${version}`], {
    timeoutSeconds: 300,
  });
  if (code !== 0) throw new Error(`${module} was not had: ${stderr.slice(-800)}`);
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  const inside = `.${command.slice(module.length)}`;
  return ['-C', Dir, 'build', '-p', '2', '-buildvcs=false', '-ldflags=-s -w', '-o', program, inside];
}

import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { imageTag } from '#constructs/images.ts';
import { run } from '#scripts/lib/run.ts';
import { type GoTool, goModule, toolFolder } from './go-tool.ts';

// What watches the platform, of the releases that its images have, from its Go modules.

const release = (tag: string): string => tag.slice(1);

/** The one way of finding what to scrape that our configuration has; with all thirty the program is built in four times the time. */
const DISCOVERIES = `package plugins

import _ "github.com/prometheus/prometheus/discovery/kubernetes"
`;
const ofPrometheus = (name: string): GoTool => ({
  name,
  command: `github.com/prometheus/prometheus/cmd/${name}`,
  module: 'github.com/prometheus/prometheus',
  // Release 3.5.0 is 0.305.0 as a module. @see https://github.com/prometheus/prometheus/blob/main/RELEASE.md
  version: imageTag('prometheus').replace(
    /^v(\d+)\.(\d+)\.(\d+)$/,
    (_, major: string, minor: string, patch: string) => `0.${major}${minor.padStart(2, '0')}.${patch}`,
  ),
  files: { 'plugins/plugins.go': DISCOVERIES },
  exact: true,
});
export const PROMETHEUS = ofPrometheus('prometheus');
export const PROMTOOL = ofPrometheus('promtool');

export const ALERTMANAGER: GoTool = {
  name: 'alertmanager',
  command: 'github.com/prometheus/alertmanager/cmd/alertmanager',
  module: 'github.com/prometheus/alertmanager',
  version: release(imageTag('alertmanager')),
  exact: true,
};
export const BLACKBOX_EXPORTER: GoTool = {
  name: 'blackbox_exporter',
  command: 'github.com/prometheus/blackbox_exporter',
  module: 'github.com/prometheus/blackbox_exporter',
  version: release(imageTag('blackbox-exporter')),
  exact: true,
};
export const NODE_EXPORTER: GoTool = {
  name: 'node_exporter',
  command: 'github.com/prometheus/node_exporter',
  module: 'github.com/prometheus/node_exporter',
  version: release(imageTag('node-exporter')),
  exact: true,
};
/** Two releases older than its image: the module proxy has no newer one with a sum that is vouched for. */
export const KUBE_STATE_METRICS: GoTool = {
  name: 'kube-state-metrics',
  command: 'k8s.io/kube-state-metrics/v2',
  module: 'k8s.io/kube-state-metrics/v2',
  version: '2.15.0',
  exact: true,
};
/** Kubespray installs 0.8.1, which the module proxy has not. @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/roles/kubespray_defaults/defaults/main/download.yml */
export const METRICS_SERVER: GoTool = {
  name: 'metrics-server',
  command: 'sigs.k8s.io/metrics-server/cmd/metrics-server',
  module: 'sigs.k8s.io/metrics-server',
  version: '0.8.0',
  exact: true,
};

/**
 * The folder with the pages of Prometheus, which its module has as sources: built once a machine by npm. The program finds them
 * below `static` where it is started. @throws with the end of the output when they are not built
 */
export async function prometheusPages(): Promise<string> {
  const pages = join(toolFolder(PROMETHEUS), 'static');
  if (existsSync(pages)) return pages;
  const work = mkdtempSync(join(tmpdir(), 'fredu-pages-'));
  try {
    const ui = join(work, 'ui');
    const source = await goModule(PROMETHEUS.module!, PROMETHEUS.version);
    await run(['cp', '-r', '--no-preserve=mode', join(source, 'web/ui'), ui]);
    const script = `set -e
npm ci --ignore-scripts --no-audit --no-fund
npm run build -w @prometheus-io/lezer-promql -w @prometheus-io/codemirror-promql
cd mantine-ui
npx vite build`;
    const path = `${dirname(process.execPath)}:${process.env.PATH}`;
    const built = await run(['bash', '-c', script], { cwd: ui, env: { PATH: path }, timeoutSeconds: 900 });
    if (built.code !== 0)
      throw new Error(
        `the pages of Prometheus were not built: ${(built.stderr || built.stdout).slice(-800)}`,
      );
    const own = `${pages}.new`;
    rmSync(own, { recursive: true, force: true });
    cpSync(join(ui, 'mantine-ui/dist'), join(own, 'mantine-ui'), { recursive: true });
    renameSync(own, pages);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return pages;
}

import type { TextFile } from '#constructs/text-file.ts';
import { nodeShutdownSeconds } from '../drain.ts';
import { sections } from './systemd.ts';

/**
 * How long the shutdown of a node waits for its kubelet, which ends the pods meanwhile. The file has the name of one that
 * `unattended-upgrades` brings and takes its place: that one says 30 s, stands in the alphabet behind the kubelet's own
 * `99-kubelet.conf`, and a kubelet that is granted less than it asks for ends no pod at all.
 *
 * @see https://manpages.debian.org/bookworm/systemd/logind.conf.5.en.html
 * @see https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go
 */
export const shutdownDelay = (): TextFile => [
  'etc/systemd/logind.conf.d/unattended-upgrades-logind-maxdelay.conf',
  `# A shutdown waits for the kubelet to end its pods.\n${sections({ Login: { InhibitDelayMaxSec: nodeShutdownSeconds } })}`,
];

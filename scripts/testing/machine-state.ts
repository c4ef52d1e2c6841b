import { run } from '../lib/run.ts';

/**
 * What a machine has of processes, mounts, cables, control groups and settings; numbers that move by themselves left out.
 *
 * @param pattern the file with the text by which processes are known: in a file, so that who looks does not find themselves
 */
export async function machineState(pattern: string): Promise<string> {
  const { stdout } = await run([
    'bash',
    '-c',
    `cut -d' ' -f1-3 /proc/self/mounts | sort; ip -o link | awk '{ print $2 }'; find /sys/fs/cgroup -maxdepth 3 -type d -name 'fredu-twin*'
for each in /proc/[0-9]*; do ! tr '\\0' ' ' <"$each/cmdline" 2>/dev/null | grep -F -f "$0" || true; done
sysctl -a 2>/dev/null | grep -E '^(net\\.ipv[46]\\.(conf\\.(all|default)|ip_|tcp_)|vm\\.(overcommit|swappiness|panic)|kernel\\.(panic|hostname))' | grep -vE 'tcp_mem|tcp_fastopen_key'`,
    pattern,
  ]);
  return stdout;
}

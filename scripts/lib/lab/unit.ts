import type { LabHost } from './netns.ts';

/** What systemd would do for a service, as far as a host without systemd can: enough of its unit to start the same command line. */
export interface Unit {
  /** Commands before the service, and the service's own. */
  before: string[];
  start: string;
  environment: string[];
  environmentFiles: string[];
  user?: string;
  /** Below /run, made before the start. */
  folders: string[];
  /** Files that are seen at another place as well. */
  binds: [from: string, to: string][];
  type: string;
  /** Of the process that stays, where the service leaves the terminal. */
  pidFile: string;
  /** When it is started again after its end, and after how many seconds. */
  restart: 'no' | 'always' | 'on failure';
  restartSeconds: number;
}

/**
 * Reads a unit with its drop-ins, one after the other: a later value replaces an earlier one, and an empty one takes away a list.
 * @see https://www.freedesktop.org/software/systemd/man/252/systemd.service.html
 */
export function readUnit(text: string): Unit {
  const lists = new Map<string, string[]>();
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    const [, key, value = ''] = /^([A-Za-z]+)=(.*)$/.exec(line.trim()) ?? [];
    if (!key) continue;
    lists.set(key, value === '' ? [] : [...(lists.get(key) ?? []), value]);
  }
  const all = (key: string) => lists.get(key) ?? [];
  const last = (key: string) => all(key).at(-1);
  const user = last('User');
  const start = all('ExecStart')[0] ?? '';
  const restart = last('Restart') ?? 'no';
  return {
    before: all('ExecStartPre').map(bare),
    start: bare(start),
    environment: all('Environment').flatMap((line) => line.match(/"[^"]*"|\S+/g) ?? []),
    environmentFiles: all('EnvironmentFile').map((path) => path.replace(/^-/, '')),
    // After an exclamation mark the program changes its user by itself.
    ...(user && !/^[-@:]*!/.test(start) ? { user } : {}),
    folders: all('RuntimeDirectory').flatMap((names) => names.split(/\s+/)),
    binds: [...all('BindReadOnlyPaths'), ...all('BindPaths')].flatMap((line) =>
      line.split(/\s+/).flatMap((each): [string, string][] => {
        const [from = '', to = from] = each.replace(/^-/, '').split(':');
        return [[from, to]];
      }),
    ),
    type: last('Type') ?? 'simple',
    pidFile: last('PIDFile') ?? '/dev/null',
    restart: restart === 'no' ? 'no' : restart === 'always' ? 'always' : 'on failure',
    restartSeconds: seconds(last('RestartSec') ?? '0.1'),
  };
}
const bare = (command: string): string => command.replace(/^[-@:+!|]*/, '');
const seconds = (text: string): number => Number(text.replace(/s$/, '')) || 0.1;

/** The unit as a shell script that stays as long as the service would. */
export function unitScript(unit: Unit): string {
  const { before, start, environment, environmentFiles, user, folders, binds, type, restart } = unit;
  const as = user ? `setpriv --reuid ${user} --regid "$(id -g ${user})" --init-groups ` : '';
  const command = `${as}${start}`;
  const served = type === 'forking' ? `${command}; sleep 0.5; wait_for "$(cat ${unit.pidFile})"` : command;
  const again = `sleep ${unit.restartSeconds}; echo "started again"`;
  return [
    'wait_for() { while kill -0 "$1" 2>/dev/null; do sleep 0.2; done; }',
    'set -a',
    ...environment.map((each) => `export ${each}`),
    ...environmentFiles.map((path) => `[ ! -e ${path} ] || . ${path}`),
    'set +a',
    ...folders.map((name) => `mkdir -p /run/${name}${user ? `; chown ${user}: /run/${name}` : ''}`),
    ...binds.map(
      ([from, to]) =>
        `[ ! -e ${from} ] || { mkdir -p ${to.replace(/\/[^/]+$/, '')}; : >>${to}; mount --bind ${from} ${to}; }`,
    ),
    ...before.map((each) => `${each} || exit`),
    ...(type === 'oneshot'
      ? [command]
      : restart === 'no'
        ? [served]
        : ['while :; do', served, ...(restart === 'always' ? [] : ['[ $? -ne 0 ] || break']), again, 'done']),
  ].join('\n');
}

/**
 * Starts a service of the host by its unit, with the drop-ins that lie on the host.
 * @throws when there is no such unit, or what it does once fails
 */
export async function startUnit(host: LabHost, name: string): Promise<void> {
  const unit = readUnit(
    await host.sh(`cat /lib/systemd/system/${name}.service
for each in /etc/systemd/system/${name}.service.d/*.conf; do [ ! -e "$each" ] || { echo; cat "$each"; }; done`),
  );
  const script = `/run/units/${name}`;
  await host.run([
    ...(['bash', '-c', 'mkdir -p /run/units; printf "%s\\n" "$2" >"$1"', '_', script] as const),
    unitScript(unit),
  ]);
  if (unit.type === 'oneshot') await host.sh(`bash -e ${script}`);
  else await host.start(name, `bash ${script}`);
}

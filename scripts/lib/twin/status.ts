import { both } from '#sites/address.ts';
import type { Model } from '#sites/model.ts';
import { type TwinHost, twinSites } from './parts.ts';
import { isServed } from './probes.ts';
import { probedOf, table } from './report.ts';
import type { Running } from './state.ts';

/** How a part of the twin is. */
export interface HostStatus {
  name: string;
  role: string;
  isOn: boolean;
  /** Units and programs that should run and do not. */
  stopped: string[];
  /** Virtual addresses that it holds, beside its own. */
  holds: string[];
  played?: string;
}

async function hostStatus({ lab, state }: Running, host: TwinHost): Promise<HostStatus> {
  const own = lab.at(host.name);
  const base = { name: host.name, role: host.role, ...(host.played ? { played: host.played } : {}) };
  if (!own) return { ...base, isOn: false, stopped: [], holds: [] };
  const wanted = [
    ...host.units.map((unit) => PROCESSES[unit] ?? unit),
    ...host.programs.map(({ name, process }) => process ?? name),
  ];
  const { stdout } = await own.run([
    'bash',
    '-c',
    'ps -eo comm=; echo ---; ip -o address | grep -v " lo .* scope host" | grep -v " veth" | awk \'{ print $4 }\'',
  ]);
  const [processes = '', addresses = ''] = stdout.split('---\n');
  const runs = new Set(processes.split('\n').map((each) => each.trim()));
  const given = new Set([...host.cables, ...state.layout.lines].flatMap(({ addresses: each }) => each));
  return {
    ...base,
    isOn: true,
    stopped: wanted.filter((name) => name !== 'nftables' && !runs.has(name.slice(0, 15))),
    holds: addresses
      .split('\n')
      .filter(
        (each) =>
          each &&
          !given.has(each) &&
          !each.startsWith('fe80') &&
          !each.startsWith('127.') &&
          !each.startsWith('::1/'),
      )
      .map((each) => each.split('/')[0]!),
  };
}
/** Of units whose process has another name. */
const PROCESSES: Record<string, string> = { chrony: 'chronyd' };

/** Whether probes of the last seconds were served, by probe and family. */
function service(
  folder: string,
  now = Date.now(),
): { probe: string; family: string; served: number; asked: number; milliseconds: number }[] {
  const recent = probedOf(folder).filter(({ at }) => at > now - 5000);
  const keys = [...new Set(recent.map(({ probe, family }) => `${probe} ${family}`))].sort();
  return keys.map((key) => {
    const [probe = '', family = ''] = key.split(' ');
    const own = recent.filter((each) => each.probe === probe && each.family === family);
    const served = own.filter(isServed);
    const middle = served.map((each) => each.milliseconds).sort((a, b) => a - b)[
      Math.floor(served.length / 2)
    ];
    return { probe, family, served: served.length, asked: own.length, milliseconds: middle ?? 0 };
  });
}

export async function statusText(twin: Running): Promise<string> {
  const { state, folder } = twin;
  const hosts = await Promise.all(state.layout.hosts.map((host) => hostStatus(twin, host)));
  const rows = hosts.map(({ name, role, isOn, stopped, holds }) => [
    name,
    role,
    isOn ? (stopped.length > 0 ? `without ${stopped.join(', ')}` : 'well') : 'off',
    holds.join(' '),
  ]);
  const services = service(folder).map(({ probe, family, served, asked, milliseconds }) => [
    probe,
    family,
    `${served}/${asked}`,
    `${milliseconds} ms`,
  ]);
  const played = hosts.filter((host) => host.played);
  return `${table(['host', 'role', 'state', 'holds'], rows)}

${table(['probe', 'family', 'served in 5 s', 'middle'], services)}

real: the generated files of the edges, the front firewalls and the bastion at their places, read by the programs of Debian with the
command lines of their units; the zones by a real name server; DNS, VRRP, BGP, BFD and every packet between them
${[...new Set(played.map((host) => `${host.role} – ${host.played}`))].map((each) => `played: ${each}`).join('\n')}
${state.notThere.map((each) => `not there: ${each}`).join('\n')}`;
}
/** Whether everything is as after a start: every host well, and each virtual address with its master. */
export async function isAsAtFirst(twin: Running, model: Model): Promise<boolean> {
  if (!(await isWell(twin))) return false;
  const masters = twinSites(model).flatMap(({ code, edge }) => [
    [edge.app.master.name, edge.app.address] as const,
    [edge.api.master.name, edge.api.address] as const,
    ...twin.state.layout.hosts
      .filter(({ site, role }) => site === code && role === 'front firewall')
      .slice(0, 1)
      .map(({ name }) => [name, edge.gateway] as const),
  ]);
  const held = await Promise.all(
    masters.map(async ([name, address]) => {
      const host = twin.state.layout.hosts.find((each) => each.name === name)!;
      const { holds } = await hostStatus(twin, host);
      return both(address).every((each) => holds.includes(each));
    }),
  );
  return held.every(Boolean);
}
/** Whether everything that is on is well. */
export const isWell = async (twin: Running): Promise<boolean> =>
  (await Promise.all(twin.state.layout.hosts.map((host) => hostStatus(twin, host)))).every(
    ({ isOn, stopped }) => isOn && stopped.length === 0,
  );

import { portOf } from '#scripts/lib/lab/netns.ts';
import { CannotLook } from '#scripts/lib/main.ts';
import { run } from '#scripts/lib/run.ts';
import { startTwinHost } from './boot.ts';
import type { Line, TwinHost } from './parts.ts';
import { startProbing } from './people.ts';
import { eventsOf, hostNamed, type Running, readLine, remember, writeLine } from './state.ts';
import { renew } from './wear.ts';

// What happens to a twin: plugs, cables, signals. Each is remembered with its moment, for the report.

/** Pulls the plug of a host, a machine with all its hosts, or a site. @throws CannotLook for a name that is none of these */
export async function lose(twin: Running, name: string): Promise<string> {
  const all = twin.state.layout.hosts.filter((host) => [host.name, host.machine, host.site].includes(name));
  if (all.length === 0) {
    hostNamed(twin, name);
    throw new CannotLook(`${name} cannot be lost`);
  }
  remember(twin.folder, `lose ${name}`);
  await Promise.all(all.map((host) => twin.lab.at(host.name)?.powerOff()));
  return `${all.map((host) => host.name).join(', ')} ${all.length === 1 ? 'is' : 'are'} off`;
}

/** Kills every process of that name on a host, as the kernel would. @throws CannotLook when there is none */
export async function kill(twin: Running, name: string, program: string): Promise<string> {
  hostNamed(twin, name);
  const host = twin.lab.at(name);
  if (!host) throw new CannotLook(`${name} is off; npm run twin -- heal starts it`);
  const found = await host.run(['pgrep', '-x', program]);
  if (found.code !== 0) {
    const { stdout } = await host.run(['ps', '-eo', 'comm=']);
    throw new CannotLook(
      `no ${program} runs on ${name}; there are ${[...new Set(stdout.trim().split('\n'))].join(', ')}`,
    );
  }
  remember(twin.folder, `kill ${name} ${program}`);
  await host.run(['pkill', '-KILL', '-x', program]);
  return `${found.stdout.trim().split('\n').length} processes of ${program} on ${name} are killed`;
}

/**
 * Cuts what lies between two: a site and the `world`, two sites, a host and one of its switches, two hosts of one switch.
 * @throws CannotLook when nothing lies between them
 */
export async function cut(twin: Running, [a, b]: [string, string], oneWay: boolean): Promise<string> {
  const { lab, folder, state } = twin;
  const way = oneWay ? `what ${a} sends to ${b} is lost` : `nothing passes between ${a} and ${b}`;
  const what = `cut ${a} ${b}${oneWay ? ' --one-way' : ''}`;
  const line = state.layout.lines.find(({ site }) => [a, b].includes(site));
  if (line && [a, b].includes('world')) {
    remember(folder, what);
    const toSite = a === 'world';
    const settings = { ...readLine(folder, line.site) };
    settings.cutAB ||= !oneWay || toSite;
    settings.cutBA ||= !oneWay || !toSite;
    await setLine(twin, line, settings);
    return way;
  }
  const ways = [a, b].map((site) => state.layout.lines.find((each) => each.site === site)?.device);
  if (ways[0] && ways[1]) {
    remember(folder, what);
    await lab
      .at('world')
      ?.sh(`nft 'table inet twin { chain forward { type filter hook forward priority 0; }; }'
${[ways, ...(oneWay ? [] : [ways.toReversed()])].map(([from, to]) => `nft add rule inet twin forward iifname ${from} oifname ${to} drop`).join('\n')}`);
    return way;
  }
  const rules = rulesBetween(twin, a, b);
  if (rules.length === 0)
    throw new CannotLook(
      `nothing lies between ${a} and ${b}; name a site and world, two sites, a host and its switch (${switches(twin, a).join(', ') || 'public, nodes'}), or two hosts of one switch`,
    );
  remember(folder, what);
  const both = rules.flatMap(([from, to]) => [rule(from, to), ...(oneWay ? [] : [rule(to, from)])]);
  await lab.holder.sh(`nft list table bridge twin >/dev/null 2>&1 || nft 'table bridge twin { chain forward { type filter hook forward priority 0; }; chain output { type filter hook output priority 0; }; }'
${both.join('\n')}`);
  return way;
}
/** Ports of a switch: one host's, or all others. */
type Ports = string[];
const rule = (from: Ports, to: Ports): string =>
  `nft add rule bridge twin forward 'iifname { ${from.join(', ')} } oifname { ${to.join(', ')} } drop'`;

const cablesOf = ({ state }: Running, name: string) =>
  state.layout.hosts.find((host) => host.name === name)?.cables ?? [];
const short = (host: TwinHost | undefined, network: string) =>
  host?.site && network.startsWith(`${host.site}-`) ? network.slice(host.site.length + 1) : network;
function switches(twin: Running, name: string): string[] {
  const host = twin.state.layout.hosts.find((each) => each.name === name);
  return cablesOf(twin, name).map(({ network }) => short(host, network));
}
function rulesBetween(twin: Running, a: string, b: string): [Ports, Ports][] {
  const host = twin.state.layout.hosts.find((each) => each.name === a);
  const other = twin.state.layout.hosts.find((each) => each.name === b);
  if (!host) return other ? rulesBetween(twin, b, a).map(([x, y]): [Ports, Ports] => [y, x]) : [];
  return host.cables.flatMap(({ device, network }): [Ports, Ports][] => {
    const own = [portOf(host.name, device)];
    if (!other)
      return [network, short(host, network)].includes(b) ? [[own, portsOf(twin, network, host.name)]] : [];
    const its = other.cables.find((cable) => cable.network === network);
    return its ? [[own, [portOf(other.name, its.device)]]] : [];
  });
}
/** All ports of a switch but those of one host. */
const portsOf = ({ state }: Running, network: string, but: string): Ports => [
  ...state.layout.hosts
    .filter((host) => host.name !== but)
    .flatMap((host) =>
      host.cables.filter((cable) => cable.network === network).map(({ device }) => portOf(host.name, device)),
    ),
  ...state.layout.lines.filter((line) => line.network === network).map(({ site }) => `${site}-b`),
];

/** Loss and delay of the line to a site. */
export async function slow(twin: Running, site: string, change: Partial<Line['settings']>): Promise<string> {
  const line = twin.state.layout.lines.find((each) => each.site === site);
  if (!line)
    throw new CannotLook(
      `no line leads to ${site}; there is one to ${twin.state.layout.lines.map((each) => each.site).join(', ')}`,
    );
  const settings = { ...readLine(twin.folder, site), ...change };
  remember(twin.folder, `slow ${site}`);
  await setLine(twin, line, settings);
  return `${site} is ${settings.delaySeconds * 1000} ms away, ${settings.lossPercent} % are lost, ${settings.megabitsPerSecond || 'all'} Mbit/s pass`;
}

async function setLine({ lab, folder }: Running, line: Line, settings: Line['settings']): Promise<void> {
  writeLine(folder, line.site, settings);
  await run(lab.holder.inside(['pkill', '-HUP', '-f', `line-${line.site}.json`]));
}

/** Everything back as it was: cables, lines, hosts, and what wore out. */
export async function heal(twin: Running): Promise<string> {
  const { lab, folder, state } = twin;
  const events = eventsOf(folder);
  remember(folder, 'heal');
  await lab.holder.sh('nft delete table bridge twin 2>/dev/null || true');
  await lab.at('world')?.sh('nft delete table inet twin 2>/dev/null || true');
  for (const line of state.layout.lines) await setLine(twin, line, line.settings);
  const lost = state.layout.hosts.filter((host) => !lab.at(host.name));
  await Promise.all(lost.map((host) => startTwinHost(lab, host)));
  for (const { name } of lost) await startProbing(lab, folder, name);
  await renew(twin, events);
  return lost.length === 0
    ? 'every cable is back'
    : `every cable is back; ${lost.map(({ name }) => name).join(', ')} started again`;
}

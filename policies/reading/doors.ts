import { FLOWS, type Flow } from '#sites/traffic/flows.ts';
import { isPods } from '#sites/traffic/parties.ts';

/** One port of one protocol that a law of firewalls knocks at; ICMP has the port 0. */
export interface Door {
  protocol: string;
  port: number;
}

/** Whether a flow uses a port, as hosts see it: pods are reached at their node ports only. */
export const leadsThrough = ({ protocol, ports, to: party }: Flow, door: Door): boolean => {
  if (protocol !== door.protocol) return false;
  if (ports.length === 0) return true;
  return ports.some(({ port, end = port, nodePort }) =>
    isPods(party) ? door.port === nodePort : door.port >= port && door.port <= end,
  );
};

/**
 * Which doors of a list are open to any of some flows and rules, in the order of the list. Each flow and rule is asked about every
 * door once: two ends that share three of them are then judged by their few doors and not by every port of the table.
 */
export function openDoors<Opener extends object, D>(
  doors: readonly D[],
  opens: (opener: Opener, door: D) => boolean,
): (openers: readonly Opener[]) => D[] {
  const known = new Map<Opener, number[]>();
  const opened = (opener: Opener): number[] => {
    const found = known.get(opener) ?? doors.flatMap((door, index) => (opens(opener, door) ? [index] : []));
    known.set(opener, found);
    return found;
  };
  return (openers) =>
    [...new Set(openers.flatMap(opened))].sort((a, b) => a - b).map((index) => doors[index]!);
}

/** Every port of the table, both ends of a range and their neighbours, where an error of one shows. */
export const DOORS: Door[] = [
  { protocol: 'icmp', port: 0 },
  ...[
    ...new Set(
      FLOWS.filter(({ protocol }) => protocol === 'tcp' || protocol === 'udp').flatMap(
        ({ protocol, ports }) =>
          ports.flatMap(({ port, end = port, nodePort = port }) =>
            [port - 1, port, end, end + 1, nodePort, nodePort + 1].map((each) => `${protocol} ${each}`),
          ),
      ),
    ),
  ].map((text) => ({ protocol: text.split(' ')[0]!, port: Number(text.split(' ')[1]) })),
];

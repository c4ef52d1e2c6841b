import { contains, hostRoute } from '#sites/address.ts';
import { FLOWS, type Flow, type Party } from '#sites/traffic/flows.ts';

/** A port that a packet asks for: what a filter either admits or refuses. */
export interface Door {
  protocol: string;
  port: number;
}

export const isPods = ({ kind }: Party): boolean =>
  kind === 'pods' || kind === 'namespace' || kind === 'all-pods';

/** Whether an address is meant by an address or a network. */
export const matches = (wanted: string, address: string): boolean =>
  contains(wanted.includes('/') ? wanted : hostRoute(wanted), address);

/** Whether a row of the table of flows lets a packet through to a port. */
export const leadsThrough = ({ protocol, ports, to: party }: Flow, door: Door): boolean => {
  if (protocol !== door.protocol) return false;
  if (ports.length === 0) return true;
  return ports.some(({ port, end = port, nodePort }) =>
    isPods(party) ? door.port === nodePort : door.port >= port && door.port <= end,
  );
};

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

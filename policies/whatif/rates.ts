/**
 * How much one thing does, each with the command that measured it here, or with the source where it could not be measured. A
 * platform's own figures are better: measure again on its machines, and change them here.
 */
export interface Rate {
  value: number;
  unit: string;
  /** How it was measured, and on what. */
  measured?: { command: string; on: string };
  /** Where it was read, or why it is assumed: unproved on a platform of ours. */
  source?: string;
}

const ON = 'two shared cores (AMD EPYC), app, PostgreSQL and 100 connections of load together, Node 24.21';

export const RATES = {
  /** A random course of 2,007, uncached, which is what the 2020 report measured. */
  requestsPerApiCore: {
    value: 6_108,
    unit: 'requests a second for each core of the API',
    measured: { command: 'npm run bench:app -- --seconds 5', on: ON },
  },
  bytesPerRequest: {
    value: 12_000,
    unit: 'bytes of the answer to a request: the list of courses',
    measured: { command: 'npm run bench:app -- --seconds 5', on: ON },
  },
  /** Their session, themselves, and what they ask for; the same as the ranges that a request meets. */
  statementsPerRequest: {
    value: 3,
    unit: 'statements a request',
    source: 'assumed, and that none of them is answered from memory or by memcached',
  },
  statementMilliseconds: {
    value: 1,
    unit: 'ms that a statement holds its connection, where the leaseholder is at the same site',
    source: 'assumed: a read of a few rows from memory; the way to another site comes on top',
  },
  statementsPerDatabaseCore: {
    value: 500,
    unit: 'statements a second for each virtual processor of the leaseholders',
    source:
      'https://www.cockroachlabs.com/docs/stable/performance: 1.68 M tpmC on 81 nodes of 36 vCPUs are 21 transactions of some 25 statements a second and vCPU',
  },
  roundTripMilliseconds: {
    value: 10,
    unit: 'ms to another site and back',
    source: 'assumed: 1,000 km of fibre at 200 km a millisecond',
  },
  requestsPerConnection: {
    value: 0.1,
    unit: 'requests a second of somebody who reads, over a connection that stays',
    source: 'assumed: one click each ten seconds',
  },
  edgeBytesPerSecond: {
    value: 117_000_000,
    unit: 'bytes a second through one edge',
    source:
      'assumed: a gigabit of Ethernet without its frames, https://datasheets.raspberrypi.com/rpi4/raspberry-pi-4-product-brief.pdf',
  },
} satisfies Record<string, Rate>;

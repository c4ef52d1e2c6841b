import { expect, it } from 'vitest';
import type { Tree } from '#policies/law.ts';
import { REFERENCE } from '#scripts/testing/changed-sites-examples.ts';
import { FLOWS } from '#sites/traffic/flows.ts';
import type { Journey } from './end.ts';
import { journeys } from './journeys.ts';
import { places } from './places.ts';

const known = (tree: Tree) =>
  places(tree).flatMap(({ hosts }) =>
    hosts.flatMap(({ addresses, outer }) => [...addresses, ...outer.values()]),
  );
const all = journeys(REFERENCE, known(REFERENCE));
const between = (from: string, to: string): Journey[] =>
  all.filter((each) => each.from.name === from && each.to.name === to && each.lanes.length > 0);
const opens = (from: string, to: string, port: number): boolean =>
  between(from, to).some(({ lanes }) =>
    lanes.some(
      ({ protocol, first, last }) =>
        (protocol === 'any' || protocol === 'tcp') && first <= port && port <= last,
    ),
  );

it('finds what the table of flows promises, through every gate between', () => {
  expect(opens('the world', 'dc-app', 443)).toBe(true);
  expect(opens('the world', 'sxb-edge1', 443)).toBe(true);
  expect(opens('dc-worker1', 'sxb-worker1', 26258)).toBe(true);
  expect(opens('sxb-worker1', 'do-node1', 26258)).toBe(true);
  expect(opens('education/pgbouncer', 'dc-database', 26257)).toBe(true);
  expect(opens('traefik/traefik', 'education/education-api', 8080)).toBe(true);
});

it('finds nothing that one gate of many refuses', () => {
  expect(opens('the world', 'sxb-worker1', 26257)).toBe(false);
  expect(opens('the world', 'dc-worker1', 26257)).toBe(false);
  expect(opens('the world', 'do-node1', 26257)).toBe(false);
  expect(opens('education/memcached', 'dc-database', 26257)).toBe(false);
  expect(opens('education/education-web', 'education/pgbouncer', 6432)).toBe(false);
});

it('lets the world in by no port that the table does not give it', () => {
  const given = new Set(
    FLOWS.filter(({ from }) => from.kind === 'internet' || from.kind === 'administrators').flatMap(
      ({ ports }) => ports.map(({ port }) => port),
    ),
  );
  const met = all
    .filter(({ from, to }) => from.kind === 'world' && to.role !== 'firewall')
    .flatMap(({ lanes }) => lanes.filter(({ protocol }) => protocol === 'tcp' || protocol === 'any'));
  expect(new Set(met.flatMap(({ first, last }) => [first, last]))).toEqual(given);
});

it('asks each form of a front firewall by itself', () => {
  const forms = between('the world', 'sxb-bastion').map(({ form }) => form);
  expect(new Set(forms)).toEqual(new Set(['pfSense', 'firewall1', 'firewall2']));
});

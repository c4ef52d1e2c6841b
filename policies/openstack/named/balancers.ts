import { ofType, referred, type Stack } from '../../reading/openstack-tree.ts';
import type { StackRow } from './stack-pack.ts';

const POOL = 'lb_pool_v2';
const MONITOR = 'lb_monitor_v2';
const LISTENER = 'lb_listener_v2';
const of = (stack: Stack, type: string, pool: string) =>
  ofType(stack, type).filter(({ value }) => referred(value.pool_id) === pool);

/** Octavia: what a balancer notices and whom it serves. Source: Octavia's documentation. */
export const BALANCERS: StackRow[] = [
  {
    id: 'pool-unwatched',
    title: 'every pool is watched',
    avoid: 'a pool without lb_monitor_v2',
    fix: 'add a `lb_monitor_v2` of the pool',
    why: 'A third of all clients goes on reaching the member that is gone.',
    type: POOL,
    broken: (_pool, { stack, resource }) =>
      of(stack, MONITOR, resource.name).length === 0 && 'is not watched',
  },
  {
    id: 'pool-of-one',
    title: 'a pool has two members',
    avoid: 'a pool with one lb_member_v2',
    fix: 'add a `lb_member_v2`',
    why: 'A balancer before one host balances nothing.',
    lab: 'it has one host of each role',
    type: POOL,
    broken: (_pool, { stack, resource }) => {
      const members = of(stack, 'lb_member_v2', resource.name);
      return new Set(members.map(({ value }) => value.address)).size < 2 && 'has fewer than two members';
    },
  },
  {
    id: 'monitor-connects-only',
    title: 'a monitor asks whether a member is ready, not whether it listens',
    avoid: 'type: TCP',
    fix: 'set `type: HTTPS` or HTTP and `url_path`',
    why: 'A database node that drains, and an API server without etcd, both still accept connections.',
    type: MONITOR,
    broken: (monitor) => !['HTTP', 'HTTPS'].includes(monitor.type) && `asks by ${monitor.type} only`,
  },
  {
    id: 'monitor-takes-any-answer',
    title: 'a monitor takes 200 and nothing else for well',
    avoid: 'expected_codes: 200-399',
    fix: 'set `expected_codes: "200"`',
    why: 'A secure node answers a wrong question with a redirect, and stays in while it drains.',
    type: MONITOR,
    broken: (monitor) =>
      ['HTTP', 'HTTPS'].includes(monitor.type) &&
      monitor.expected_codes !== '200' &&
      `takes ${monitor.expected_codes ?? 'the default'} for well`,
  },
  {
    id: 'monitor-overlaps',
    title: 'a check ends before the next one begins',
    avoid: 'timeout equal to or more than delay',
    fix: 'set `timeout` below `delay`',
    why: 'Octavia refuses it, in the middle of an apply.',
    type: MONITOR,
    broken: (monitor) =>
      !(monitor.timeout < monitor.delay) &&
      `waits ${monitor.timeout} s and asks again after ${monitor.delay} s`,
  },
  {
    id: 'monitor-hasty',
    title: 'one lost packet puts no member out',
    avoid: 'max_retries_down: 1',
    fix: 'set `max_retries_down: 3`',
    why: 'All members are put out together by one hiccup of the amphora.',
    type: MONITOR,
    broken: (monitor) => !((monitor.max_retries_down ?? 3) >= 2) && 'puts a member out for one lost packet',
  },
  {
    id: 'monitor-slow',
    title: 'a member that is gone is put out within thirty seconds',
    avoid: 'delay: 60',
    fix: 'set `delay: 2`',
    why: 'Until then its share of the clients gets nothing.',
    type: MONITOR,
    broken: (monitor) => {
      const seconds = monitor.delay * (monitor.max_retries_down ?? 3);
      return !(seconds <= 30) && `takes ${seconds} s to notice`;
    },
  },
  {
    id: 'client-unknown',
    title: 'the ingress learns who the client is',
    avoid: 'a pool of port 443 with protocol: TCP',
    fix: 'set `protocol: PROXYV2`',
    why: 'All clients have the address of the amphora then: one of them meets the limit, and all are refused.',
    type: LISTENER,
    broken: (listener, { stack, resource }) =>
      [80, 443].includes(listener.protocol_port) &&
      ofType(stack, POOL).some(
        ({ value }) =>
          referred(value.listener_id) === resource.name && !['PROXY', 'PROXYV2'].includes(value.protocol),
      ) &&
      'hides its clients from the ingress',
  },
  {
    id: 'timeouts-default',
    title: 'a balancer says how long a quiet connection lives',
    avoid: 'a TCP listener without timeout_client_data',
    fix: 'set `timeout_client_data` and `timeout_member_data`',
    why: 'After the default of 50 seconds a pooled connection to the database is cut, and a watch of the API too.',
    type: LISTENER,
    broken: (listener) =>
      listener.protocol === 'TCP' &&
      !(listener.timeout_client_data > 0 && listener.timeout_member_data > 0) &&
      'cuts a quiet connection after 50 s',
  },
  {
    id: 'address-lost',
    title: 'Terraform never gives a public address back',
    avoid: 'a floating address without prevent_destroy',
    fix: 'set `prevent_destroy: true` in its lifecycle',
    why: 'Somebody else has it a minute later, with our name on it for as long as DNS remembers.',
    type: 'networking_floatingip_v2',
    broken: (floating) => floating.lifecycle?.prevent_destroy !== true && 'may be given back by a plan',
  },
];

import { expect, it } from 'vitest';
import { isOutage, PartAway } from './outage.ts';

const failed = (message: string, more: object = {}) => Object.assign(new Error(message), more);

it.each([
  ['a line to the database that broke', failed('', { code: '08006' })],
  ['a pooler that did not get one', failed('query_wait_timeout', { code: '08P01' })],
  ['a server that leaves', failed('', { code: '57P01' })],
  ['data of which no majority answers', failed('', { code: '58C00' })],
  ['a conflict that did not end', failed('', { code: '40001' })],
  ['a commit of which nobody knows', failed('', { code: '40003' })],
  ['a statement that took too long', failed('', { code: '57014' })],
  ['a server that only follows', failed('', { code: '25006' })],
  ['a port that nobody has', failed('connect ECONNREFUSED', { code: 'ECONNREFUSED' })],
  ['a name that is not known now', failed('', { code: 'EAI_AGAIN' })],
  ['a socket that is not there', failed('', { code: 'ENOENT', syscall: 'connect' })],
  ['a connection that broke', failed('Connection terminated unexpectedly')],
  ['one that had broken before', failed('Client has encountered a connection error and is not queryable')],
  ['a store that does not answer', new PartAway('the store of files', failed('no'))],
])('%s is an outage', (_, error) => {
  expect(isOutage(error)).toBe(true);
});

it.each([
  ['a statement that is wrong', failed('', { code: '42601' })],
  ['a row that is there already', failed('', { code: '23505' })],
  ['a file that is not there', failed('', { code: 'ENOENT', syscall: 'open' })],
  ['a fault of ours', new TypeError('undefined is not a function')],
])('%s is none', (_, error) => {
  expect(isOutage(error)).toBe(false);
});

it('a part that is away says which, and why', () => {
  const cause = failed('', { name: 'TimeoutError' });
  expect(new PartAway('the store of files', cause)).toMatchObject({
    message: 'the store of files does not answer: TimeoutError',
    cause,
  });
});

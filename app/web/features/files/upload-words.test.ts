import { expect, it } from 'vitest';
import type { QueuedFile } from './api/queue.ts';
import { progressOf, stateOf } from './upload-words.ts';

const file = (more: Partial<QueuedFile>): QueuedFile => ({
  ...{
    id: 'f1',
    course: { id: 'c1', title: 'Suites' },
    name: 'a.mp4',
    size: 1000,
    sent: 0,
    state: 'sending',
  },
  ...more,
});

it('says how far a file is, how fast it goes and how long it takes', () => {
  expect(stateOf(file({ sent: 250 }))).toBe('25 %');
  expect(stateOf(file({ size: 9e6, sent: 3e6, bytesPerSecond: 1e5 }))).toBe('33 % · 100 ko/s · encore 1 min');
  expect(stateOf(file({ size: 9e8, sent: 3e8, bytesPerSecond: 1e6 }))).toContain('encore 10 min');
  expect(stateOf(file({ size: 9e9, bytesPerSecond: 1e6 }))).toContain('encore 3 h');
  expect(stateOf(file({ state: 'offline', sent: 270 }))).toContain('27 % sont envoyés');
});

it('adds up all that are under way, and says when none is', () => {
  const two = [file({ sent: 500, bytesPerSecond: 50 }), file({ state: 'waiting' })];
  expect(progressOf(two)).toBe('2 envois · 25 % · 50 octets/s · encore 30 s');
  expect(progressOf([file({ state: 'done' }), file({ state: 'done' })])).toBe('2 fichiers ajoutés');
  expect(progressOf([file({ state: 'refused' })])).toBe('Rien n’est envoyé');
});

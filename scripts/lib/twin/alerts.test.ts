import { expect, it } from 'vitest';
import { raisedBy, type Seen, standingAt } from './alerts.ts';
import { alertsCell, overdue } from './rehearsal-alerts.ts';

/** Of an observer that knows it from one moment to another, in seconds. */
const seen = (
  site: string,
  alertname: string,
  instance: string,
  from: number,
  to: number,
  alertstate = 'firing',
): Seen => ({
  site,
  series: {
    metric: { alertname, alertstate, instance, severity: 'page' },
    values: Array.from({ length: (to - from) / 5 + 1 }, (_, index) => [from + 5 * index, '1']),
  },
});
const all = [
  seen('one', 'NodeDown', 'worker1', 1130, 1300),
  seen('two', 'NodeDown', 'worker1', 1125, 1300),
  seen('one', 'NodeDown', 'worker2', 900, 1300),
  seen('one', 'PodPending', '', 1250, 1300),
  seen('one', 'Played', 'grafana', 800, 1050, 'pending'),
  seen('one', 'Played', 'grafana', 1055, 1300),
];
const told = [
  {
    at: 1_140_000,
    receiver: 'page',
    alerts: [{ status: 'firing', labels: { alertname: 'NodeDown', instance: 'worker1' } }],
  },
];
const event = { at: 1_000_000, what: 'lose worker1' };

it('tells alerts that an event raised from those that stood before it', () => {
  expect(raisedBy(all, told, event, 1_240_000)).toEqual([
    expect.objectContaining({
      alert: 'NodeDown',
      of: 'worker1',
      observers: ['one', 'two'],
      seconds: 125,
      toldSeconds: 140,
    }),
  ]);
  expect([...standingAt(all, event.at)]).toEqual(['NodeDown', 'Played']);
});

it('says which predicted alerts are late, and which had no time yet', () => {
  const predicted = [
    { name: 'NodeDown', after: '2m' },
    { name: 'Silent', after: '1m' },
    { name: 'Patient', after: '1h' },
  ];
  const outcome = { predicted, began: raisedBy(all, told, event, 1_240_000), watchedSeconds: 240 };
  expect(overdue(outcome)).toEqual(['Silent (1m)']);
  expect(alertsCell(outcome)).toBe('NodeDown 125 s (predicted, 2m); not yet: Silent 1m, Patient 1h');
  expect(overdue({ ...outcome, watchedSeconds: 100 })).toEqual([]);
});

import { expect, it } from 'vitest';
import { statusText } from './text.ts';

it('marks what is wrong, and says which site could not be asked and what nobody asked', () => {
  const said = statusText(
    [
      {
        site: 'sxb',
        lines: [
          { state: 'good', about: 'Kubernetes', text: '1.35.4' },
          { state: 'wrong', about: 'nodes', text: '5 of 6 are ready; not sxb-worker1' },
        ],
        unanswered: ['certificates: its Secrets may not be read'],
        certificates: [],
      },
      {
        site: 'dc',
        unreachable: 'the API at https://x does not answer',
        lines: [],
        unanswered: [],
        certificates: [],
      },
    ],
    ['do'],
  );
  expect(said).toMatchInlineSnapshot(`
    "sxb
      Kubernetes   1.35.4
    ! nodes        5 of 6 are ready; not sxb-worker1
    - not answered certificates: its Secrets may not be read

    dc: could not be asked: the API at https://x does not answer

    do: no cluster; its hosts are not asked.
    Not asked here: how far the copies of the object store have caught up, ages of the snapshots of etcd; the alerts say when they are too old.
    "
  `);
});

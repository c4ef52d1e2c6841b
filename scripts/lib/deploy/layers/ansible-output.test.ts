import { expect, it } from 'vitest';
import { played, reasonOf } from './ansible-output.ts';

const output = `
PLAY [Hosts of role edge, one after the other] *********************************

TASK [Put /etc/bird/bird.conf there] *******************************************
--- before: /etc/bird/bird.conf
+++ after: /tree/etc/bird/bird.conf
@@ -1 +1 @@
-router id 1;
+router id 2;

changed: [sxb-edge1]

TASK [Start what is not there yet] *********************************************
fatal: [sxb-edge1]: FAILED! => {"changed": false, "msg": "no such service\\nand more"}
...ignoring

RUNNING HANDLER [Reload bird] **************************************************
fatal: [sxb-edge1]: FAILED! => {"changed": false, "msg": "it does not reload"}

PLAY RECAP *********************************************************************
sxb-edge1                  : ok=30   changed=2    unreachable=0    failed=1    skipped=4    rescued=0    ignored=1
sxb-edge2                  : ok=0    changed=0    unreachable=1    failed=0    skipped=0    rescued=0    ignored=0
`;

it('reads what each task did at each host, with the lines that differ, and leaves out what the playbook ignores', () => {
  const { hosts, tasks } = played(output);
  expect(Object.fromEntries(hosts)).toEqual({
    'sxb-edge1': { ok: 30, changed: 2, unreachable: 0, failed: 1 },
    'sxb-edge2': { ok: 0, changed: 0, unreachable: 1, failed: 0 },
  });
  expect(tasks).toEqual([
    {
      host: 'sxb-edge1',
      name: 'Put /etc/bird/bird.conf there',
      how: 'changed',
      text: '--- before: /etc/bird/bird.conf\n+++ after: /tree/etc/bird/bird.conf\n@@ -1 +1 @@\n-router id 1;\n+router id 2;',
    },
    { host: 'sxb-edge1', name: 'Reload bird', how: 'failed', text: 'it does not reload' },
  ]);
});

it.each([
  ['the last task that failed', output, '', 'sxb-edge1: Reload bird: it does not reload'],
  [
    'what Ansible itself refuses',
    'a\nERROR! the playbook could not be found\nb\n',
    '',
    'ERROR! the playbook could not be found',
  ],
  ['why it was ended from here', output, 'stopped by Ctrl-C', 'stopped by Ctrl-C'],
])('says why a run failed: %s', (_, stdout, stderr, reason) => {
  expect(reasonOf({ code: 2, stdout, stderr })).toBe(reason);
});

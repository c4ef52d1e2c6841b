import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { run } from '#scripts/lib/run.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { TEXTFILES } from '../node-exporter.ts';
import { birdState } from './bird-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-bird-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [[, script]] = birdState() as [[string, string]];

itJudged('shellcheck', 'the program is clean shell', async () => {
  const { code, stdout } = await run(['shellcheck', '-'], { input: script });
  expect(code, stdout).toBe(0);
});

itJudged(
  'bird',
  'tells a session that stands from one that does not, in the words of a real bird',
  async () => {
    const session = (name: string, own: string, peer: string, asn: [number, number]) =>
      `protocol bgp ${name} { local ${own} as ${asn[0]}; neighbor ${peer} as ${asn[1]}; multihop; strict bind; connect delay time 1; ipv4 { import none; export none; }; }\n`;
    const file = (name: string, text: string, executable = false) => {
      writeFileSync(join(folder, name), text);
      if (executable) chmodSync(join(folder, name), 0o755);
    };
    const here = ['127.0.0.1', '127.0.0.2'] as const;
    file(
      'edge.conf',
      `router id 10.0.0.1;\nprotocol device {}\n${session('router_ipv4', here[0], here[1], [65001, 65000])}${session('router_ipv6', here[0], '127.0.0.9', [65001, 65000])}`,
    );
    file(
      'router.conf',
      `router id 10.0.0.2;\nprotocol device {}\n${session('edge', here[1], here[0], [65000, 65001])}`,
    );
    file('birdc', `#!/bin/sh\nexec /usr/sbin/birdc -s ${folder}/edge.ctl "$@"\n`, true);
    file('state', script.replaceAll(TEXTFILES, folder), true);
    file(
      'lab',
      `#!/bin/sh
ip link set lo up
for name in edge router; do bird -f -c ${folder}/$name.conf -s ${folder}/$name.ctl -P ${folder}/$name.pid & done
for _ in $(seq 100); do
  if PATH=${folder}:$PATH ${folder}/state 2>/dev/null && grep -q ' 1$' ${folder}/bird.prom; then break; fi
  sleep 0.1
done
`,
      true,
    );
    // The birds end with the first process of their own PID namespace.
    await run(
      [
        'unshare',
        '--user',
        '--map-root-user',
        '--net',
        '--pid',
        '--fork',
        '--kill-child',
        join(folder, 'lab'),
      ],
      {
        timeoutSeconds: 30,
      },
    );
    expect(readFileSync(join(folder, 'bird.prom'), 'utf8').trim().split('\n').sort()).toEqual([
      'bird_session_established{session="router_ipv4"} 1',
      'bird_session_established{session="router_ipv6"} 0',
    ]);
  },
);

import { expect, it } from 'vitest';
import { readUnit, unitScript } from './unit.ts';

const HAPROXY = `[Unit]
Description=balancer
[Service]
EnvironmentFile=-/etc/default/haproxy
BindReadOnlyPaths=/dev/log:/var/lib/haproxy/dev/log
Environment="CONFIG=/etc/haproxy/haproxy.cfg" "PIDFILE=/run/haproxy.pid"
ExecStart=/usr/sbin/haproxy -Ws -f $CONFIG -p $PIDFILE
Restart=on-failure
Type=notify
`;

it('reads a unit, and lets a drop-in have the last word', () => {
  const unit = readUnit(`${HAPROXY}\n[Service]\nRestart=always\nRestartSec=2\n`);
  expect(unit).toMatchObject({
    start: '/usr/sbin/haproxy -Ws -f $CONFIG -p $PIDFILE',
    environment: ['"CONFIG=/etc/haproxy/haproxy.cfg"', '"PIDFILE=/run/haproxy.pid"'],
    environmentFiles: ['/etc/default/haproxy'],
    binds: [['/dev/log', '/var/lib/haproxy/dev/log']],
    restart: 'always',
    restartSeconds: 2,
  });
});

it('takes a list away where its value is empty', () => {
  expect(readUnit(`${HAPROXY}\n[Service]\nExecStart=\nExecStart=/bin/true\n`).start).toBe('/bin/true');
});

it('is the user of the unit, but where the program changes it by itself', () => {
  const chrony =
    '[Service]\nUser=_chrony\nExecStart=!/usr/sbin/chronyd $DAEMON_OPTS\nRuntimeDirectory=chrony\n';
  expect(readUnit(chrony)).toMatchObject({ start: '/usr/sbin/chronyd $DAEMON_OPTS', folders: ['chrony'] });
  expect(readUnit(chrony).user).toBeUndefined();
  const plain = unitScript(readUnit(chrony.replace('!', '')));
  expect(plain).toContain('setpriv --reuid _chrony');
  expect(plain).toContain('mkdir -p /run/chrony; chown _chrony: /run/chrony');
});

it.each([
  ['always', 'while :; do\nsh -c true\nsleep 0.1; echo "started again"\ndone'],
  ['on-failure', 'while :; do\nsh -c true\n[ $? -ne 0 ] || break\nsleep 0.1; echo "started again"\ndone'],
  ['no', 'sh -c true'],
])('starts a service again as Restart=%s says', (restart, script) => {
  const text = unitScript(readUnit(`[Service]\nExecStart=sh -c true\nRestart=${restart}\n`));
  expect(text.endsWith(script)).toBe(true);
});

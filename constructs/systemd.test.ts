import { expect, it } from 'vitest';
import { unit } from './systemd.ts';

it('writes sections in order, and a list as a repeated key', () => {
  expect(
    unit('Why.', {
      Unit: { Description: 'a thing' },
      Service: {
        ExecStart: '/bin/true',
        SystemCallFilter: ['@system-service', '~@privileged'],
        CapabilityBoundingSet: '',
      },
    }),
  ).toBe(`# Why.

[Unit]
Description=a thing

[Service]
ExecStart=/bin/true
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
CapabilityBoundingSet=
`);
});

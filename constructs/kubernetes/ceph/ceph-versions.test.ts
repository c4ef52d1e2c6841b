import { expect, it } from 'vitest';
import { forwardingConfig } from './ceph-versions.ts';

it.each(['19.2.6', '20.2.4'])(
  '%s refuses what its own gateways forward, and is configured not to',
  (version) => {
    expect(forwardingConfig(version)).toEqual({ rgw_sigv4_insecure: 'true', rgw_s3_client_max_sig_ver: '2' });
  },
);

it.each(['19.2.5', '20.2.3', '20.2.5'])('%s gets its defaults back by name', (version) => {
  expect(forwardingConfig(version)).toEqual({ rgw_sigv4_insecure: 'false', rgw_s3_client_max_sig_ver: '-1' });
});

import type { TextFile } from '#constructs/text-file.ts';
import type { Host } from '#sites/model.ts';

/**
 * How much of its own history a host keeps: across restarts, a month at most, and never so much that the disk fills. An
 * edge runs from a memory card and keeps little.
 * @see https://manpages.debian.org/bookworm/systemd/journald.conf.5.en.html
 */
export const journal = (host: Host): TextFile => [
  'etc/systemd/journald.conf.d/10-fredu.conf',
  `# ${host.name}: what the journal may take
[Journal]
Storage=persistent
Compress=yes
SystemMaxUse=${host.role === 'edge' ? '256M' : '1G'}
SystemKeepFree=1G
RuntimeMaxUse=64M
MaxRetentionSec=1month
RateLimitIntervalSec=30s
RateLimitBurst=10000
ForwardToSyslog=no
`,
];

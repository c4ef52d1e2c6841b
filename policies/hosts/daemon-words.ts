import type { Finding, Policy } from '../law.ts';

export const daemonWords: Policy = {
  id: 'daemon-words',
  title:
    'bird, conntrackd, the journal and ssh know every word of their files, and each file says what its host needs of it',
  why: 'Avoid: a word with a slip in it, a setting that is gone, a file that its program passes over or refuses as a whole. Prefer: the words of the manual, each value within what its host can bear. Rationale: bird refuses a file over one word and keeps yesterday’s sessions, or after a restart none; journald passes over what it does not know and fills the disk, and ssh asks whether a stranger’s key is the right one.',
  check: (_model, tree) =>
    [...tree].flatMap(([path, text]) =>
      DAEMONS.filter(({ file }) => file.test(path)).flatMap((daemon) => judge(daemon, path, text)),
    ),
};

interface Daemon {
  name: string;
  file: RegExp;
  /** What a line may say; indents and comments are left out. */
  words: readonly RegExp[];
  /** What has to stand there, as often as its neighbour in the pair says, or at all. */
  needs: readonly [line: RegExp, said: string][];
}

const ADDRESS = '[\\da-f.:]+(?:/\\d+)?';
const DAEMONS: readonly Daemon[] = [
  {
    // @see https://bird.network.cz/?get_doc&v=20&f=bird-6.html
    name: 'bird',
    file: /\/etc\/bird\/bird\.conf$/,
    words: [
      /^log syslog all;$/,
      new RegExp(`^router id ${ADDRESS};$`),
      /^protocol (device|direct|kernel|bfd|bgp \w+) \{$/,
      /^ipv[46]( \{|;)$/,
      /^interface "\w+"( \{|;)$/,
      /^(import|export) (none|all|filter \w+|where (source = RTS_BGP|net = \S+));$/,
      /^filter \w+ \{$/,
      /^if source = RTS_DEVICE && net = \S+ then accept;$/,
      /^reject;$/,
      /^scan time ([1-9]|10);$/,
      /^min (rx|tx) interval \d+ ms;$/,
      /^multiplier \d+;$/,
      new RegExp(`^(local|neighbor) ${ADDRESS} as \\d+;$`),
      /^(hold|keepalive) time \d+;$/,
      /^connect retry time [1-9];$/,
      /^error wait time \d, \d+;$/,
      /^bfd on;$/,
      /^\};?$/,
    ],
    needs: [
      [/^log syslog all;$/m, 'log syslog all;'],
      [/^router id /m, 'router id'],
      [/^protocol device \{$/m, 'protocol device'],
    ],
  },
  {
    // @see https://conntrack-tools.netfilter.org/manual.html
    name: 'conntrackd',
    file: /\/etc\/conntrackd\/conntrackd\.conf$/,
    words: [
      /^(Sync|General|UNIX|Multicast|Mode FTFW|Filter From Userspace|Protocol Accept|Address Ignore) \{$/,
      /^DisableExternalCache no$/,
      /^IPv4_address (225\.0\.0\.50|127\.0\.0\.1)$/,
      /^IPv6_address ::1$/,
      /^Group 3780$/, // the firewall of the pair admits it on this port
      /^IPv4_interface 169\.254\.\d+\.\d+$/,
      /^Interface eth3$/,
      /^(SndSocketBuffer|RcvSocketBuffer) \d{6,8}$/,
      /^NetlinkBufferSize(MaxGrowth)? \d{7,8}$/,
      /^(Checksum|Syslog) on$/,
      /^Hash(Size|Limit) \d{5,7}$/,
      /^LockFile \/var\/lock\/\S+$/,
      /^Path \/var\/run\/conntrackd\.ctl$/,
      /^(TCP|UDP|ICMP)$/,
      /^\}$/,
    ],
    needs: [
      [/^ {2}Mode FTFW \{$/m, 'Mode FTFW'],
      [/^ {4}Group 3780$/m, 'Group 3780'],
      [/^ {4}Interface eth3$/m, 'Interface eth3'],
      [/^ {4}IPv4_address 225\.0\.0\.50$/m, 'IPv4_address 225.0.0.50'],
      [/^ {4}IPv4_interface 169\.254\./m, 'IPv4_interface'],
      [/^ {4}Checksum on$/m, 'Checksum on'],
      [/^ {6}TCP$/m, 'Protocol Accept: TCP'],
      [/^ {6}UDP$/m, 'Protocol Accept: UDP'],
      [/^ {4}Path /m, 'UNIX: Path'],
    ],
  },
  {
    // @see man 5 journald.conf
    name: 'the journal',
    file: /\/etc\/systemd\/journald\.conf\.d\/[^/]+\.conf$/,
    words: [
      /^\[Journal\]$/,
      /^Storage=persistent$/,
      /^Compress=yes$/,
      /^(SystemMaxUse|SystemKeepFree)=([1-4]G|[1-9]\d\dM)$/,
      /^RuntimeMaxUse=(16|32|64|128)M$/,
      /^MaxRetentionSec=[1-3]month$/,
      /^RateLimitIntervalSec=30s$/,
      /^RateLimitBurst=([1-9]\d{3}|[1-4]\d{4})$/,
      /^ForwardToSyslog=no$/,
    ],
    needs: [
      [/^Storage=/m, 'Storage=persistent: what was said before a restart is what one wants to read'],
      [/^Compress=/m, 'Compress=yes'],
      [/^SystemMaxUse=/m, 'SystemMaxUse=1G: the disk is the database’s as well'],
      [/^SystemKeepFree=/m, 'SystemKeepFree=1G'],
      [/^RuntimeMaxUse=/m, 'RuntimeMaxUse=64M'],
      [/^MaxRetentionSec=/m, 'MaxRetentionSec=1month: addresses of people are not kept longer'],
      [/^RateLimitIntervalSec=/m, 'RateLimitIntervalSec=30s'],
      [/^RateLimitBurst=/m, 'RateLimitBurst=10000'],
      [/^ForwardToSyslog=/m, 'ForwardToSyslog=no: nothing is written twice'],
    ],
  },
  {
    // @see man 5 ssh_config
    name: 'ssh',
    file: /\/inventory\/ssh_config$/,
    words: [
      /^Host [\w.* -]+$/,
      new RegExp(`^HostName ${ADDRESS}$`),
      /^ProxyJump [\w-]+$/,
      /^User debian$/,
      /^(IdentitiesOnly|StrictHostKeyChecking) yes$/,
      /^UserKnownHostsFile ~\/\.config\/fredu\/known_hosts\.\w+$/,
      /^ForwardAgent no$/,
      /^ServerAliveInterval ([1-9]|[1-5]\d)$/,
    ],
    needs: [
      [/^ {2}User debian$/m, 'User debian, whom the images have'],
      [/^ {2}IdentitiesOnly yes$/m, 'IdentitiesOnly yes'],
      [/^ {2}StrictHostKeyChecking yes$/m, 'StrictHostKeyChecking yes: who answers is who was asked'],
      [/^ {2}UserKnownHostsFile /m, 'UserKnownHostsFile with the keys of the site'],
      [/^ {2}ForwardAgent no$/m, 'ForwardAgent no'],
      [/^ {2}ServerAliveInterval /m, 'ServerAliveInterval 15: a host that is gone is noticed'],
    ],
  },
];

function judge({ name, words, needs }: Daemon, path: string, text: string): Finding[] {
  const strange = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;]/.test(line) && !words.some((word) => word.test(line)));
  return [
    ...strange.map((line) => ({
      path,
      text: line,
      message: `${name} does not know \`${line}\`, or it is not what its host needs`,
      fix: 'make the tree again with `npm run synth`',
    })),
    ...needs
      .filter(([line]) => !line.test(text))
      .map(([, said]) => ({
        path,
        message: `nothing tells ${name}: ${said}`,
        fix: `add ${said.replace(/:.*/, '')}`,
      })),
  ];
}

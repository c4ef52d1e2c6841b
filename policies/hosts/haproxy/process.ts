import { after, lines, type Section, seconds } from '../../reading/haproxy-config.ts';
import type { HaproxyRow } from './haproxy-pack.ts';

const value = (section: Section, word: string): string | undefined => lines(section, word).at(-1)?.words[1];
const must = (
  word: string,
  {
    id = word,
    good,
    title,
    avoid,
    fix,
    why,
  }: { id?: string; good(value: string): boolean; title: string; avoid: string; fix: string; why: string },
): HaproxyRow => ({
  id,
  title,
  avoid,
  fix,
  why,
  global: (section) => {
    const said = value(section, word);
    return (
      (said === undefined || !good(said)) &&
      (said === undefined ? `does not say ${word}` : `says ${word} ${said}`)
    );
  },
});
const unless = (word: string, title: string, why: string): HaproxyRow => ({
  id: word,
  title,
  avoid: word,
  fix: `take \`${word}\` out`,
  why,
  global: (section) => lines(section, word).length > 0 && `says ${word}`,
});

/** The process: who it is, what it may use, how it is spoken to. @see https://docs.haproxy.org/2.6/configuration.html#3 */
export const PROCESS: HaproxyRow[] = [
  must('user', {
    good: (name) => name !== 'root' && name !== '0',
    title: 'HAProxy is a user of its own once it has its ports',
    avoid: 'user root',
    fix: 'write `user haproxy`',
    why: 'What breaks in by a packet has the host.',
  }),
  must('group', {
    good: (name) => name !== 'root' && name !== '0',
    title: 'HAProxy is in a group of its own',
    avoid: 'group root',
    fix: 'write `group haproxy`',
    why: 'The group root reads the keys of the host.',
  }),
  must('chroot', {
    good: (path) => path.startsWith('/') && path !== '/',
    title: 'HAProxy sees an empty folder and nothing else',
    avoid: 'global without chroot',
    fix: 'write `chroot /var/lib/haproxy`',
    why: 'What breaks in finds programs to go on with.',
  }),
  must('maxconn', {
    good: (number) => Number(number) > 0,
    title: 'HAProxy says how many connections it takes',
    avoid: 'global without maxconn',
    fix: 'write `maxconn 20000`',
    why: 'The limit of open files decides otherwise: it is another one on every host, and is met in a flood.',
  }),
  must('hard-stop-after', {
    good: (time) => seconds(time) > 0,
    title: 'an old process ends some time after a reload',
    avoid: 'global without hard-stop-after',
    fix: 'write `hard-stop-after 15m`',
    why: 'Each reload leaves a process behind that holds its memory as long as one pooled connection lives.',
  }),
  must('log', {
    good: () => true,
    title: 'HAProxy says somewhere what it did',
    avoid: 'global without log',
    fix: 'write `log /dev/log local0`',
    why: 'When a server is put out nobody can say why.',
  }),
  {
    id: 'admin-socket-remote',
    title: 'HAProxy is commanded from its own host only',
    avoid: 'stats socket ipv4@0.0.0.0:9999 level admin',
    fix: 'write `stats socket /run/haproxy/admin.sock mode 660 level admin`',
    why: 'The socket asks for no name: anybody who reaches it puts servers out.',
    global: (section) =>
      lines(section, 'stats', 'socket').some(({ words }) => !words[2]?.startsWith('/')) &&
      'is commanded over the network',
  },
  {
    id: 'admin-socket-mode',
    title: 'the socket of commands is of its user and group alone',
    avoid: 'stats socket /run/haproxy/admin.sock mode 666 level admin',
    fix: 'write `stats socket /run/haproxy/admin.sock mode 660 level admin`',
    why: 'Any program of the host puts servers out.',
    global: (section) =>
      lines(section, 'stats', 'socket').some(
        ({ words }) => Number(after(words, 'mode')?.at(-1) ?? 6) !== 0,
      ) && 'lets every user of the host command it',
  },
  {
    id: 'tls-old',
    title: 'HAProxy speaks TLS 1.2 or newer to servers',
    avoid: 'ssl-default-server-options ssl-min-ver TLSv1.0',
    fix: 'write `ssl-default-server-options ssl-min-ver TLSv1.2`',
    why: 'Old versions are broken, and a server that offers one is asked for no more.',
    global: (section) => {
      const version = after(lines(section, 'ssl-default-server-options').at(-1)?.words ?? [], 'ssl-min-ver');
      return (
        !['TLSv1.2', 'TLSv1.3'].includes(version ?? '') && `takes TLS from ${version ?? 'any version'} on`
      );
    },
  },
  {
    id: 'servers-unverified',
    title: 'HAProxy verifies servers unless a line says otherwise',
    avoid: 'ssl-server-verify none',
    fix: 'take `ssl-server-verify` out',
    why: 'Every server that says nothing is believed then, whatever it is.',
    global: (section) => value(section, 'ssl-server-verify') === 'none' && 'believes every server',
  },
  unless('insecure-fork-wanted', 'HAProxy starts no program', 'What breaks in starts a shell.'),
  unless('insecure-setuid-wanted', 'HAProxy starts no setuid program', 'What breaks in becomes root.'),
  unless(
    'nbproc',
    'HAProxy is one process',
    'Each process checks, counts and limits for itself; 2.5 took the word out, and refuses it.',
  ),
];

import type { Finding, Policy, Tree } from '../law.ts';
import { accounts, hostFiles, type Tmpfile } from '../reading/host-files.ts';
import { GIVEN_USERS } from './systemd/directives.ts';

export const foldersMade: Policy = {
  id: 'folders-made',
  title:
    'every folder that a host makes at its start has an owner that there is, and nobody else writes into what holds secrets',
  why: 'Avoid: an owner that nothing makes, a mode of three figures short of one, a folder of certificates or snapshots that others may read. Prefer: four figures, users of sysusers.d or of a package, 0700 for secrets. Rationale: systemd-tmpfiles passes over a line that it cannot read; the daemon then finds no folder, or one that anybody reads.',
  check: (_model, tree) => [
    ...hostFiles(tree).tmpfiles.flatMap((line) => folder(tree, line)),
    ...hostFiles(tree).users.flatMap(user),
  ],
};

/** What stands in a folder that only its owner may enter. */
const SECRET = /\/(certs|private|backups)(\/|$)/;
/** Values that the kernel takes. @see https://docs.kernel.org/admin-guide/mm/transhuge.html */
const KERNEL: [path: RegExp, value: RegExp][] = [
  [/^\/sys\/kernel\/mm\/transparent_hugepage\/enabled$/, /^(madvise|never)$/],
];

function folder(tree: Tree, { path, root, text, fields }: Tmpfile): Finding[] {
  const wrong = (message: string, fix: string): Finding[] => [
    { path, text, message: `\`${text}\`: ${message}`, fix },
  ];
  const [type = '', where = '', mode = '-', user = '-', group = '-', , argument] = fields;
  if (!/^[dDvfFwLrRzZ][+!=~^-]*$/.test(type) || !where.startsWith('/'))
    return wrong('tmpfiles.d(5) has no such line', 'd /folder 0755 root root -');
  if (/^[rR]/.test(type))
    return fields.length > 2 ? wrong('what is removed has no owner', 'leave the path alone') : [];
  if (/^w/.test(type)) {
    const takes = KERNEL.find(([form]) => form.test(where))?.[1];
    return takes && !takes.test(argument ?? '')
      ? wrong(`the kernel does not take ${argument ?? 'nothing'} there`, `write what ${takes.source} takes`)
      : [];
  }
  const known = accounts(tree, root);
  const isThere = (name: string): boolean => known.has(name) || GIVEN_USERS.has(name) || /^\d+$/.test(name);
  return [
    ...(/^0[0-7]{3}$/.test(mode) ? [] : wrong(`the mode is ${mode}`, 'four figures, the first a zero')),
    ...(/^0[0-7][0-7][2367]$/.test(mode)
      ? wrong('anybody may write there', 'take the right of others away')
      : []),
    ...(SECRET.test(where) && !/^0?700$/.test(mode)
      ? wrong(`what is secret there may be read with ${mode}`, 'mode 0700')
      : []),
    ...[user, group]
      .filter((name) => !isThere(name))
      .flatMap((name) =>
        wrong(`nothing makes ${name}`, 'add it to etc/sysusers.d/, or name a user of a package'),
      ),
  ];
}

function user({ path, text, fields }: { path: string; text: string; fields: readonly string[] }): Finding[] {
  const [type, name = '', id, , home, shell] = fields;
  const isRight =
    type === 'u' &&
    /^[a-z_][a-z0-9_-]*$/.test(name) &&
    /^(-|\d+)$/.test(id ?? '') &&
    (home ?? '').startsWith('/');
  return [
    ...(isRight
      ? []
      : [{ path, text, message: `\`${text}\` makes no user`, fix: 'u name - "What it is" /home' }]),
    ...(shell === undefined || shell === '/usr/sbin/nologin'
      ? []
      : [{ path, text, message: `${name} may sign in with ${shell}`, fix: 'leave the shell out' }]),
  ];
}

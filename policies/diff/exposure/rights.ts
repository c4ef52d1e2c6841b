import type { Tree } from '../../law.ts';
import type { Data } from '../../reading/objects.ts';
import { listOf, yamlOf } from '../../reading/texts.ts';
import { statements } from '../readers/sql.ts';
import { placeOf } from '../thing.ts';
import type { Exposure } from './ways.ts';

/** Somebody may do something: to the API, to the database, or sign in at a host. */
interface Right {
  place: string;
  path: string;
  /** `Role traefik/traefik`, `SQL user education`. */
  who: string;
  /** `may list secrets`. */
  what: string;
}

/** Rights that only one of the trees gives, of each who as one sentence; those at a new host are the host's own news. */
export function changedRights(
  before: Tree,
  after: Tree,
  paths: readonly string[],
  fresh: ReadonlySet<string>,
): Exposure[] {
  const [was, is] = [rights(before, paths), rights(after, paths)];
  const key = ({ place, who, what }: Right) => `${place} ${who} ${what}`;
  const less = (known: readonly Right[]) => {
    const keys = new Set(known.map(key));
    return (each: Right) => !keys.has(key(each));
  };
  const negative = ({ what }: Right) => what.startsWith('may not ');
  const host = ({ path }: Right) => /\/hosts\/([^/]+)\//.exec(path)?.[1] ?? '';
  const said = (how: Exposure['how'], when: string, all: readonly Right[]): Exposure[] =>
    [...Map.groupBy(all, ({ place, who }) => `${place}: ${who}`)].map(([head, same]) => ({
      how,
      text: `${head} ${[...new Set(same.map(({ what }) => what))].join(', ')}, ${when}`,
      paths: [...new Set(same.map(({ path }) => path))],
    }));
  const come = is.filter(less(was));
  const gone = was.filter(less(is));
  return [
    ...said(
      'wider',
      'from now on',
      come.filter((each) => !negative(each) && !fresh.has(host(each))),
    ),
    ...said(
      'newcomers',
      'from now on',
      come.filter((each) => !negative(each) && fresh.has(host(each))),
    ),
    ...said('wider', 'no longer', gone.filter(negative)),
    ...said('narrower', 'from now on', come.filter(negative)),
    ...said(
      'narrower',
      'no longer',
      gone.filter((each) => !negative(each)),
    ),
  ];
}

function rights(tree: Tree, paths: readonly string[]): Right[] {
  return paths.flatMap((path) => {
    const text = tree.get(path);
    if (text === undefined) return [];
    return given(path, text).map(([who, what]) => ({ place: placeOf(path), path, who, what }));
  });
}

function given(path: string, text: string): Given[] {
  if (/\/kubernetes\/.*\/(cluster)?role-/.test(path)) return roleRights(yamlOf(text));
  if (/\/kubernetes\/.*\/(cluster)?rolebinding-/.test(path)) return bindingRights(yamlOf(text));
  if (path.endsWith('.sql')) return sqlRights(text);
  if (path.includes('/authorized_keys')) return keyRights(path, text);
  if (path.includes('/sshd_config.d/')) return signInRights(path, text);
  return [];
}
type Given = [who: string, what: string];
const nameOf = (object: Data): string =>
  `${object.kind} ${object.metadata?.namespace ? `${object.metadata.namespace}/` : ''}${object.metadata?.name}`;

const roleRights = (role: Data): Given[] =>
  listOf(role?.rules).flatMap((rule: Data) =>
    listOf(rule.resources ?? rule.nonResourceURLs).flatMap((resource: string) =>
      listOf(rule.verbs).map(
        (verb: string): Given => [
          nameOf(role),
          `may ${verb} ${resource}${rule.resourceNames ? ` (${rule.resourceNames.join(', ')})` : ''}`,
        ],
      ),
    ),
  );

const bindingRights = (binding: Data): Given[] =>
  listOf(binding?.subjects).map((each: Data) => [
    `${each.kind} ${each.namespace ? `${each.namespace}/` : ''}${each.name}`,
    `has ${binding.roleRef?.kind} ${binding.roleRef?.name}`,
  ]);

/** What the last word on each is: a grant that is taken back again is none. */
function sqlRights(text: string): Given[] {
  const found: Given[] = [];
  for (const each of statements(text)) {
    const [, way, what, to] = /^(GRANT|REVOKE) (.+) (?:TO|FROM) (\S+)$/.exec(each) ?? [];
    const defaults = /^ALTER DEFAULT PRIVILEGES .* GRANT (.+) TO (\S+)$/.exec(each);
    const hba = /host_based_authentication\.configuration = '([^']*)'/.exec(each)?.[1];
    if (way) found.push([`SQL user ${to}`, `may ${way === 'REVOKE' ? 'not ' : ''}${what}`]);
    else if (defaults) found.push([`SQL user ${defaults[2]}`, `may ${defaults[1]} by default`]);
    else if (hba)
      for (const [, line] of hba.matchAll(/\b(host \S+ \S+ \S+ (?!(?:reject|cert)(?:\s|$))\S+)/g))
        found.push(['anybody', `may sign in to the database by \`${line}\``]);
  }
  return found;
}

const keyRights = (path: string, text: string): Given[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [
      `${line.split(' ').at(-1)}`,
      `may sign in to ${path.split('/')[2]} with a key ending in ${line.split(' ').at(-2)?.slice(-8)}`,
    ]);

const LOOSE =
  /^(PasswordAuthentication yes|PermitRootLogin (?!no\b)\S+|PermitEmptyPasswords yes|AllowTcpForwarding yes)/gm;
const signInRights = (path: string, text: string): Given[] =>
  [...text.matchAll(LOOSE)].map(([line]) => [`sshd of ${path.split('/')[2]}`, `has ${line}`]);

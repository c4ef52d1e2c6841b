import type { Finding, Policy, Tree } from '../law.ts';
import { type Block, type KeepalivedConfig, keepaliveds } from '../reading/keepalived-config.ts';

export const keepalivedWords: Policy = {
  id: 'keepalived-words',
  title:
    'keepalived knows every word of its files, and every script that it runs is in the tree and gets what it expects',
  why: 'Avoid: a word with a slip in it, an address without its interface, a script that nothing installs, a check of another port. Prefer: the words of keepalived.conf(5), each in its block. Rationale: keepalived warns of a word that it does not know and goes on without it; an instance that tells nobody of its state is one whose alerts never fire.',
  check: (_model, tree) => keepaliveds(tree).flatMap((config) => judge(tree, config)),
};

const ADDRESS = /^[0-9a-f.:]+\/\d+ dev [\w.-]+( preferred_lft 0)?$/;
const NAME = /^[\w.-]+$/;
/** Words by the kind of their block, with the form of what follows; lists of inner blocks the same way. @see https://www.keepalived.org/manpage.html (2.2.7) */
const WORDS: Record<
  string,
  { values: Record<string, RegExp>; lists: Record<string, RegExp>; needs: string[] }
> = {
  global_defs: {
    values: {
      router_id: NAME,
      vrrp_version: /^3$/,
      enable_script_security: /^$/,
      script_user: /^(root|keepalived_script)$/,
      vrrp_higher_prio_send_advert: /^true$/,
      vrrp_garp_master_refresh: /^\d+$/,
    },
    lists: {},
    needs: ['vrrp_version', 'script_user'],
  },
  vrrp_script: {
    values: {
      script: /^"\/\S+( \S+)*"$/,
      interval: /^\d+$/,
      timeout: /^\d+$/,
      fall: /^[1-5]$/,
      rise: /^[1-9]$/,
    },
    lists: {},
    needs: ['script', 'interval', 'timeout', 'fall', 'rise'],
  },
  vrrp_sync_group: {
    values: { notify_master: /^"\/\S+ \w+"$/, notify_backup: /^"\/\S+ \w+"$/, notify_fault: /^"\/\S+ \w+"$/ },
    lists: { group: NAME, track_script: NAME, track_interface: NAME },
    needs: [],
  },
  vrrp_instance: {
    values: {
      state: /^(BACKUP|MASTER)$/,
      interface: NAME,
      virtual_router_id: /^\d+$/,
      priority: /^\d+$/,
      advert_int: /^\d+(\.\d+)?$/,
      unicast_src_ip: /^[0-9a-f.:]+$/,
      notify: /^\/\S+$/,
    },
    lists: { unicast_peer: /^[0-9a-f.:]+$/, virtual_ipaddress: ADDRESS, virtual_ipaddress_excluded: ADDRESS },
    needs: ['state', 'interface', 'virtual_router_id', 'priority', 'advert_int'],
  },
};

function judge(tree: Tree, { path, host, blocks }: KeepalivedConfig): Finding[] {
  const root = path.replace(/etc\/keepalived\/keepalived\.conf$/, '');
  const wrong = (text: string, message: string, fix: string): Finding => ({
    path,
    ...(tree.get(path)!.includes(text) ? { text } : {}),
    message: `${host}: ${message}`,
    fix,
  });
  const isEdge = /\/hosts\//.test(path);
  return blocks.flatMap((block): Finding[] => {
    const known = WORDS[block.kind];
    const label = `${block.kind} ${block.name}`.trim();
    if (!known)
      return [wrong(block.kind, `keepalived knows no ${block.kind}`, Object.keys(WORDS).join(', '))];
    return [
      ...[...block.values]
        .filter(([word]) => !known.values[word])
        .map(([word]) =>
          wrong(
            word,
            `${label} says ${word}, which keepalived passes over`,
            'write a word of keepalived.conf(5)',
          ),
        ),
      ...[...block.values]
        .filter(([word, value]) => known.values[word] && !known.values[word].test(value))
        .map(([word, value]) =>
          wrong(
            `${word} ${value}`.trim(),
            `${label} says ${word} ${value}`,
            `write what ${known.values[word]!.source} takes`,
          ),
        ),
      ...[...block.lists].flatMap(([list, lines]) =>
        known.lists[list]
          ? lines
              .filter((line) => !known.lists[list]!.test(line))
              .map((line) =>
                wrong(
                  line,
                  `${label} has \`${line}\` in ${list}`,
                  `write what ${known.lists[list]!.source} takes`,
                ),
              )
          : [
              wrong(
                list,
                `${label} has ${list}, which keepalived passes over`,
                Object.keys(known.lists).join(', '),
              ),
            ],
      ),
      ...known.needs
        .filter((word) => !block.values.has(word))
        .map((word) => wrong(block.name || block.kind, `${label} does not say ${word}`, `say ${word}`)),
      ...programs(block)
        .filter((program) => !tree.has(root + program.slice(1)))
        .map((program) =>
          wrong(program, `${label} runs ${program}, which nothing installs`, 'add it to the tree'),
        ),
      ...(isEdge && block.kind === 'vrrp_instance' && !block.values.has('notify')
        ? [
            wrong(
              block.name,
              `${label} tells nobody of its state: its alerts never fire`,
              'notify /usr/local/libexec/fredu-edge-state',
            ),
          ]
        : []),
      ...(block.kind === 'vrrp_instance' && (block.lists.get('virtual_ipaddress') ?? []).length === 0
        ? [wrong(block.name, `${label} holds no address`, 'virtual_ipaddress { … }')]
        : []),
    ];
  });
}

const programs = ({ values }: Block): string[] =>
  ['script', 'notify', 'notify_master', 'notify_backup', 'notify_fault'].flatMap((word) => {
    const program = values.get(word)?.replaceAll('"', '').split(' ')[0];
    return program?.startsWith('/') ? [program] : [];
  });

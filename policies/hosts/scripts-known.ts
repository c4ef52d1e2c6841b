import type { Finding, Policy, Tree } from '../law.ts';

export const scriptsKnown: Policy = {
  id: 'scripts-known',
  title:
    'every script of a host is whole shell that ends at its first failure, runs programs that are there, and writes series that an alert reads',
  why: 'Avoid: a word where a program belongs, a branch that nobody closes, an end with a number that no shell has, a series of another name than the rules ask for. Prefer: set -eu, programs of the host’s packages, one file of series replaced as a whole. Rationale: such a script runs in the minute of a failover and at no other time; what it misspells is found out then, and a series that it never writes is an alert that never fires.',
  check: (_model, tree) => {
    const read = series(tree);
    return [...tree.keys()]
      .filter((path) => PLACE.test(path))
      .flatMap((path) => judge(path, tree.get(path)!, read));
  },
};

const PLACE = /^[^/]+\/(?:hosts|front-firewall)\/[^/]+\/usr\/local\/(?:s?bin|libexec)\/[^/]+$/;
/** Words of the shell and its own commands. @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html */
const SHELL = new Set(
  'set . : [ exit echo printf exec trap wait shift read test true false umask case esac for do done if then else elif fi while until in { } ! export unset return break continue'.split(
    ' ',
  ),
);
/** Programs of Debian's base, and of the packages that the playbooks install. */
const PROGRAMS = new Set(
  'awk basename birdc cat chmod chronyc conntrackd curl date etcdctl etcdutl find grep hostname kill mkdir mv rclone rm sed sleep touch'.split(
    ' ',
  ),
);
const PAIRS: [open: RegExp, close: RegExp, what: string][] = [
  [/^case$/, /^esac$/, 'case'],
  [/^(for|while|until)$/, /^done$/, 'loop'],
  [/^if$/, /^fi$/, 'if'],
];
/** Series of scripts that rules are written about. */
const series = (tree: Tree): string =>
  [...tree.keys()]
    .filter((path) => path.endsWith('/configmap-prometheus-rules.yaml'))
    .map((path) => tree.get(path)!)
    .join('\n');

function judge(path: string, text: string, rules: string): Finding[] {
  const name = path.split('/').at(-1)!;
  const wrong = (at: string, message: string, fix: string): Finding => ({
    path,
    text: at,
    message: `${name}: ${message}`,
    fix,
  });
  const lines = text.split('\n');
  const commands = lines.flatMap((line) => heads(line).map((word) => ({ line: line.trim(), word })));
  const words = commands.map(({ word }) => word);
  const stops = /^set -eu?\b/m.test(text) || !/^\s*(mv|rm|etcdctl|conntrackd)\b/m.test(text);
  return [
    ...(lines[0] === '#!/bin/sh' ? [] : [wrong(lines[0] || name, 'it is no script of /bin/sh', '#!/bin/sh')]),
    ...(stops ? [] : [wrong(lines[1] ?? name, 'it goes on after a failure', 'set -eu')]),
    ...commands
      .filter(
        ({ word }) =>
          !SHELL.has(word) && !PROGRAMS.has(word) && !word.startsWith('/') && !word.startsWith('"$'),
      )
      .map(({ line, word }) =>
        wrong(
          line,
          `it runs ${word}, which no package of the host brings`,
          'write a program of its packages',
        ),
      ),
    ...PAIRS.filter(
      ([open, close]) =>
        words.filter((word) => open.test(word)).length !== words.filter((word) => close.test(word)).length,
    ).map(([, , what]) => wrong(lines[0]!, `a ${what} is not closed, or closed twice`, 'close it')),
    ...[...text.matchAll(/\bexit (\S+)/g)]
      .filter(([, code]) => !/^([01]?\d?\d|2[0-4]\d|25[0-5])$/.test(code!))
      .map(([whole]) =>
        wrong(whole, `it ends with \`${whole}\`, which no shell has`, 'a number from 0 to 255'),
      ),
    ...[...text.matchAll(/\b(\w+_(?:seconds|established|master|fault|total|reached))\{?/g)]
      .map(([, metric]) => metric!)
      .filter(
        (metric, index, all) =>
          /^(bird|keepalived|fredu)_/.test(metric) &&
          all.indexOf(metric) === index &&
          rules !== '' &&
          !rules.includes(metric),
      )
      .map((metric) =>
        wrong(metric, `it writes ${metric}, which no rule reads`, 'write the series that the rules ask for'),
      ),
    ...unknown(text).map((name) =>
      wrong(name, `it uses ${name}, which it gives no value`, 'set it before, or name the one that is set'),
    ),
    ...unused(text).map((name) =>
      wrong(`for ${name} in`, `its loop over ${name} never looks at it`, `use $${name} within the loop`),
    ),
    ...unread(text, rules).map((metric) =>
      wrong(metric, `it writes ${metric}, which no rule reads`, 'write the series that the rules ask for'),
    ),
    ...[...text.matchAll(/>\s*"?(\/\S+?\.prom)"?(?=\s|$)/gm)].map(([whole, file]) =>
      wrong(whole, `${file} is written in place: half of it may be read`, `write ${file}.new and move it`),
    ),
  ];
}

/** Variables of the shell's own, of systemd, and of the file that Kubespray leaves for etcd's clients. */
const GIVEN = /^(\d|[A-Z][A-Z0-9_]*)$/;
/** What the shell would put there; texts for awk in single quotes have a `$` of their own. */
const seen = (text: string): string => text.replaceAll(/(^|\s)#(\s.*)?$/gm, '').replaceAll(/'[^']*'/g, "''");
function unknown(text: string): string[] {
  const bare = seen(text);
  const set = new Set(
    [...bare.matchAll(/(?:^|[\s;(])(\w+)=|\bfor (\w+) in\b|\bread (?:-r )?(\w+)/gm)].map(
      ([, ...names]) => names.find(Boolean)!,
    ),
  );
  const used = [...bare.matchAll(/\$\{?([A-Za-z_]\w*|\d)/g)].map(([, name]) => name!);
  return [...new Set(used)].filter((name) => !set.has(name) && !GIVEN.test(name));
}
const unused = (text: string): string[] =>
  [...seen(text).matchAll(/\bfor (\w+) in\b/g)]
    .map(([, name]) => name!)
    .filter((name) => name !== '_' && !new RegExp(`\\$\\{?${name}\\b`).test(text));
/** Series that a script prints for the node exporter. */
const unread = (text: string, rules: string): string[] =>
  rules === '' || !/\.prom\b|RUNTIME_DIRECTORY/.test(text)
    ? []
    : [...text.matchAll(/\b(?:printf|echo) "([a-z]\w*)\{/g)]
        .map(([, metric]) => metric!)
        .filter(
          (metric, index, all) =>
            all.indexOf(metric) === index &&
            !rules.includes(metric) &&
            !/^(bird|keepalived|fredu)_/.test(metric),
        );

/** Words where the shell looks for a command: at the beginning of a line and behind what ends another one. */
function heads(line: string): string[] {
  const bare = line.replace(/(^|\s)#.*$/, '').trim();
  if (bare === '' || /^[\w*|"'. $-]+\)$/.test(bare) || /^\}/.test(bare) || bare.startsWith('printf "'))
    return [];
  const inner = [...bare.matchAll(/\$\(([^()]*)\)/g)].flatMap(([, command]) => heads(command!));
  const quoted = bare
    .replaceAll(/'[^']*'|"[^"]*"/g, 'Q')
    .replaceAll(/\$\([^()]*\)/g, 'Q')
    .replace(/^.*'\s*>\S*$/, '');
  const parts = quoted.split(/;;|;|&&|\|\||\||\b(?:then|do|else)\b/);
  return [
    ...inner,
    ...(/\bdo$|(?<=; )do\b/.exec(bare) ?? []),
    ...parts.flatMap((part) => {
      const word =
        part
          .trim()
          .replace(/^!\s*/, '')
          .replace(/^(\w+=\S*\s*)+/, '')
          .replace(/^\S+\)\s*(\w+=\S*\s*)*/, '')
          .split(/\s+/)[0] ?? '';
      return word === '' || word === 'Q' || /^[>{}&<]/.test(word)
        ? []
        : [
            word,
            ...(word === 'if' || word === 'while' || word === 'exec'
              ? [/^\S+\s+(?:!\s*)?(\S+)/.exec(part.trim())?.[1] ?? ''].filter(
                  (each) => each !== '' && each !== 'Q',
                )
              : []),
          ];
    }),
  ];
}

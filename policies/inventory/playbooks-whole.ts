import type { Site } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';
import type { Data } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';
import { DAEMONS, GIVEN, MODULES, READERS, WORDS } from './playbook-words.ts';

export const playbooksWhole: Policy = {
  id: 'playbooks-whole',
  title:
    'the playbooks put every file of a host in its place, make it felt, start what it is for, and take one host at a time',
  why: 'Avoid: a file in the tree that no task installs, a task whose file is not in the tree, a change that no handler makes felt, two edges at once. Prefer: one task a file, which names the handler of the program that reads it. Rationale: what is rendered and judged is worth nothing on a host that never gets it, and a firewall that is installed and not loaded lets everything through.',
  check: (model, tree) =>
    model.sites.flatMap((site) => [
      ...plays(tree, site),
      ...roles(site).flatMap((role) => tasks(tree, site, role)),
    ]),
};

const roles = (site: Site) => [...new Set(site.hosts.map(({ role }) => role))];
const group = (role: string): string => role.replaceAll('-', '_');
const fix = 'make the tree again with `npm run synth`';

/** One play a role: one host after the other, and none after one that failed. */
function plays(tree: Tree, site: Site): Finding[] {
  const path = `${site.code}/inventory/hosts/playbook.yaml`;
  const all: Data[] = listOf(yamlOf(tree.get(path)));
  return roles(site).flatMap((role): Finding[] => {
    const play = all.find(({ hosts }) => hosts === group(role));
    if (!play) return [{ path, message: `no play is for the hosts of role ${role}`, fix }];
    const wanted: [key: string, value: unknown][] = [
      ['become', true],
      ['serial', 1],
      ['any_errors_fatal', true],
      ['max_fail_percentage', 0],
      ['force_handlers', true],
    ];
    const imports = (list: Data): string[] =>
      listOf(list).map((each: Data) => String(each['ansible.builtin.import_tasks']));
    return [
      ...wanted
        .filter(([key, value]) => play[key] !== value)
        .map(([key, value]) => ({
          path,
          text: `hosts: ${group(role)}`,
          message: `the play for ${role} has ${key} ${String(play[key])}, and takes one host after the other with ${String(value)} alone`,
          fix: `${key}: ${String(value)}`,
        })),
      ...(String(imports(play.tasks)) === `tasks/${group(role)}.yaml` &&
      String(imports(play.handlers)) === 'handlers.yaml'
        ? []
        : [
            {
              path,
              text: `hosts: ${group(role)}`,
              message: `the play for ${role} does not import its tasks and handlers`,
              fix,
            },
          ]),
    ];
  });
}

function tasks(tree: Tree, site: Site, role: Site['hosts'][number]['role']): Finding[] {
  const folder = `${site.code}/inventory/hosts`;
  const path = `${folder}/tasks/${group(role)}.yaml`;
  const all: Data[] = listOf(yamlOf(tree.get(path)));
  if (all.length === 0)
    return [{ path: `${folder}/playbook.yaml`, message: `no tasks for the hosts of role ${role}`, fix }];
  const files = new Set(
    hostsOf(site, role).flatMap(({ name }) =>
      below(tree, `${site.code}/hosts/${name}`).map(([each]) =>
        each.slice(`${site.code}/hosts/${name}`.length),
      ),
    ),
  );
  const copies = all.flatMap((task): { task: Data; file: string; copy: Data; isOurs: boolean }[] => {
    const copy = task['ansible.builtin.copy'];
    const [, of, file] = /^\{\{ (tree|secrets) \}\}(\/.*)$/.exec(String(copy?.src)) ?? [];
    return copy ? [{ task, copy, file: file ?? String(copy.src), isOurs: of === 'tree' }] : [];
  });
  const handlers = new Map(
    listOf(yamlOf(tree.get(`${folder}/handlers.yaml`))).map((each: Data) => [String(each.name), doing(each)]),
  );
  return [
    ...[...files]
      .filter((file) => !copies.some((each) => each.isOurs && each.file === file))
      .map((file) => ({ path, message: `no task puts ${file} on the hosts of role ${role}`, fix })),
    ...copies.flatMap((each) => copied(path, each, { files, handlers })),
    ...folders(path, all, copies),
    ...started(tree, path, site, role, all),
    ...strange(path, all),
  ];
}

/** Every file has its folder, and no folder is made for nothing. */
function folders(path: string, all: Data[], copies: { file: string; isOurs: boolean }[]): Finding[] {
  const made = all.flatMap((task) =>
    task['ansible.builtin.file']?.path === '/{{ item }}'
      ? listOf(task.loop).map((each: Data) => `/${each}`)
      : [],
  );
  const needed = copies
    .filter(({ isOurs }) => isOurs)
    .map(({ file }) => file.slice(0, file.lastIndexOf('/')));
  return [
    ...[...new Set(needed)]
      .filter((folder) => !made.includes(folder) && !GIVEN.test(folder))
      .map((folder) => ({ path, message: `nobody makes the folder ${folder}`, fix })),
    ...made
      .filter((folder) => !copies.some(({ file }) => file.startsWith(`${folder}/`)))
      .map((folder) => ({
        path,
        text: folder.slice(1),
        message: `${folder} is made, and nothing goes there`,
        fix,
      })),
  ];
}

/** What a handler does, as one line. */
function doing(handler: Data): string {
  const { name, state, daemon_reload } = handler['ansible.builtin.systemd'] ?? {};
  const command = handler['ansible.builtin.command']?.cmd;
  return command
    ? String(command)
    : `${name ?? ''} ${state ?? ''} ${daemon_reload ? 'daemon_reload' : ''}`.trim();
}

type Copy = { task: Data; file: string; copy: Data; isOurs: boolean };
function copied(
  path: string,
  { task, file, copy, isOurs }: Copy,
  { files, handlers }: { files: ReadonlySet<string>; handlers: ReadonlyMap<string, string> },
): Finding[] {
  const text = `src: "{{ ${isOurs ? 'tree' : 'secrets'} }}${file}"`;
  const wrong = (message: string): Finding => ({ path, text, message: `${file}: ${message}`, fix });
  const notified = listOf(task.notify).map(String);
  const felt = notified.map((name) => handlers.get(name)).filter((each) => each !== undefined);
  const readers = isOurs ? READERS.filter((each) => each.file.test(file)) : [];
  const isProgram = /\/s?bin\/|\/libexec\//.test(file);
  return [
    ...(isOurs && !files.has(file) ? [wrong('the tree has no such file')] : []),
    ...(copy.dest === file ? [] : [wrong(`goes to ${String(copy.dest)}`)]),
    ...(isOurs && copy.owner !== 'root' ? [wrong(`belongs to ${String(copy.owner)}`)] : []),
    ...(isOurs && copy.group !== 'root' ? [wrong(`belongs to the group ${String(copy.group)}`)] : []),
    ...(isOurs && copy.mode !== (isProgram ? '0755' : '0644')
      ? [wrong(`has the mode ${String(copy.mode)}`)]
      : []),
    ...(!isOurs && !/^0[0-7]{3}$/.test(String(copy.mode))
      ? [wrong(`has the mode ${String(copy.mode)}`)]
      : []),
    ...(!isOurs && task.no_log !== true ? [wrong('a secret that is shown')] : []),
    ...(!isOurs && task.diff !== false ? [wrong('a secret that is compared on the screen')] : []),
    ...notified.filter((name) => !handlers.has(name)).map((name) => wrong(`no handler is called ${name}`)),
    ...readers
      .filter(
        (reader) =>
          reader.felt.source !== '(?:)' && !felt.some((each) => reader.felt.test(each.replace(/^ /, ''))),
      )
      .map(() => wrong('its program does not learn that it has changed')),
    ...readers
      .filter(({ judged }) => judged && !judged.test(String(copy.validate)))
      .map(() => wrong('its program is not asked whether it can read it, before it is put there')),
  ];
}

function started(
  tree: Tree,
  path: string,
  site: Site,
  role: Site['hosts'][number]['role'],
  all: Data[],
): Finding[] {
  const root = `${site.code}/hosts/${hostsOf(site, role)[0]?.name}`;
  const start = all.filter(
    (task) =>
      task['ansible.builtin.systemd']?.enabled === true &&
      task['ansible.builtin.systemd'].state === 'started',
  );
  const units = start.flatMap((task) => {
    const { name } = task['ansible.builtin.systemd'];
    return name === '{{ item }}' ? listOf(task.loop).map(String) : [String(name)];
  });
  const wanted = [
    'ssh.service',
    'apt-daily.timer',
    'apt-daily-upgrade.timer',
    ...DAEMONS.filter(([file]) => below(tree, root).some(([each]) => each.startsWith(root + file))).map(
      ([, unit]) => unit,
    ),
    ...below(tree, `${root}/etc/systemd/system`).flatMap(([each, text]) =>
      /^WantedBy=/m.test(text) ? [each.split('/').at(-1)!] : [],
    ),
  ];
  return [
    ...wanted
      .filter((unit) => !units.includes(unit))
      .map((unit) => ({ path, message: `${unit} is not started on the hosts of role ${role}`, fix })),
    ...units
      .filter((unit) => !wanted.includes(unit))
      .map((unit) => ({
        path,
        text: unit,
        message: `${unit} is started, and nothing of the host is for it`,
        fix,
      })),
  ];
}

const strange = (path: string, all: Data[]): Finding[] =>
  all.flatMap((task) => {
    const rest = Object.keys(task).filter((key) => !WORDS.has(key));
    const [module] = rest;
    const switches = ['enabled', 'daemon_reload', 'update_cache', 'install_recommends'].filter(
      (key) => !['boolean', 'undefined'].includes(typeof task[module ?? '']?.[key]),
    );
    if (switches.length > 0)
      return [
        {
          path,
          text: String(task.name),
          message: `the task ${String(task.name)} has ${switches[0]} neither true nor false`,
          fix,
        },
      ];
    if (task.block || (rest.length === 1 && MODULES.test(module!))) return [];
    return [
      {
        path,
        text: String(task.name),
        message: `the task ${String(task.name)} has ${rest.length === 0 ? 'nothing to do' : `${rest.join(', ')}, where one module belongs`}`,
        fix,
      },
    ];
  });

import type { Site } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import { GIVEN_UNITS } from '../hosts/systemd/directives.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';
import type { Data } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const playbookValues: Policy = {
  id: 'playbook-values',
  title:
    'playbooks install what the files of a host are for, and name variables, units, users and states that there are',
  why: 'Avoid: a variable with a slip in it, a package that nobody installs, a handler for a unit that no host has, a wait without an end. Prefer: names of the inventory or of a task before, packages by the files that they read, modules with the values that they know. Rationale: Ansible finds an undefined variable when it gets there, on the first host of the day and after half of its files were changed; a program that is not installed is found by the file that it was to read.',
  check: (model, tree) => {
    // Handlers are the same at every site, and name what the hosts of one of them have.
    const vars = model.sites.flatMap(({ code }) =>
      inventoryNames(yamlOf(tree.get(`${code}/inventory/hosts/inventory.yaml`))),
    );
    return model.sites.flatMap((site) => {
      const folder = `${site.code}/inventory/hosts`;
      const roles = [...new Set(site.hosts.map(({ role }) => role))];
      const all = roles.map((role) => {
        const path = `${folder}/tasks/${role.replaceAll('-', '_')}.yaml`;
        return { role, path, tasks: listOf(yamlOf(tree.get(path))) };
      });
      const handlers = {
        path: `${folder}/handlers.yaml`,
        tasks: listOf(yamlOf(tree.get(`${folder}/handlers.yaml`))),
      };
      const facts = all.flatMap(({ tasks }) => namesMade(tasks));
      return [
        ...all.flatMap(({ role, path, tasks }) => [
          ...variables(path, tasks, new Set([...vars, ...namesMade(tasks)])),
          ...packages(tree, site, role, path, tasks),
          ...tasks.flatMap((task) => values(tree, site, path, task)),
        ]),
        ...variables(handlers.path, handlers.tasks, new Set([...vars, ...facts])),
        ...handlers.tasks.flatMap((task) => values(tree, site, handlers.path, task)),
      ];
    });
  },
};

/** Names that the inventory gives a value, for all hosts or for some. */
function inventoryNames(file: Data): string[] {
  const inner = (value: Data): string[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, each]) => [key, ...inner(each)])
      : [];
  return inner(file);
}
const namesMade = (tasks: Data[]): string[] =>
  tasks.flatMap((task) => [
    ...(task.register === undefined ? [] : [String(task.register)]),
    ...Object.keys(task['ansible.builtin.set_fact'] ?? {}),
  ]);

/** What Ansible itself defines, what a person or some inventory gives, and words of Jinja. @see https://docs.ansible.com/ansible/2.14/reference_appendices/special_variables.html */
const GIVEN_NAMES = new Set(
  'item inventory_hostname inventory_dir group_names groups hostvars ansible_check_mode ansible_host omit true false none and or not is in if else file match search succeeded failed changed skipped defined undefined lookup default int bool join list length select reject map first last string lower cockroach_sha256 cockroach_url other_edges'.split(
    ' ',
  ),
);
/** Keys whose text is an expression as it stands. */
const EXPRESSIONS = ['when', 'until', 'failed_when', 'changed_when', 'that'];

/** Names in an expression; what stands behind a dot belongs to a value, and a text is none. */
const namesIn = (expression: string): string[] =>
  expression
    .replaceAll(/'[^']*'|"[^"]*"/g, ' ')
    .replaceAll(/\.\w+/g, ' ')
    .match(/[A-Za-z_]\w*/g) ?? [];

function variables(path: string, tasks: Data[], known: ReadonlySet<string>): Finding[] {
  const expressions = (value: Data, isExpression: boolean): string[] => {
    if (typeof value === 'string')
      return isExpression
        ? [value.replaceAll(/\{\{|\}\}/g, ' ')]
        : [...value.matchAll(/\{\{(.*?)\}\}/g)].map(([, inner]) => inner!);
    if (Array.isArray(value)) return value.flatMap((each) => expressions(each, isExpression));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, each]) =>
      expressions(each, EXPRESSIONS.includes(key) && typeof each !== 'boolean'),
    );
  };
  return tasks.flatMap((task) =>
    [...new Set(expressions(task, false).flatMap(namesIn))]
      .filter((name) => !known.has(name) && !GIVEN_NAMES.has(name))
      .map((name) => ({
        path,
        text: name,
        message: `the task ${String(task.name)} asks for ${name}, which has no value`,
        fix: 'name a variable of inventory.yaml, or register it in a task before',
      })),
  );
}

/** Debian packages by the files that only they read. */
const READ_BY: readonly [file: RegExp, ...names: string[]][] = [
  [/^\/etc\/nftables\.conf$/, 'nftables'],
  [/^\/etc\/ssh\//, 'openssh-server'],
  [/^\/etc\/chrony\//, 'chrony'],
  [/^\/etc\/apt\/apt\.conf\.d\/.*upgrades$/, 'unattended-upgrades'],
  [/^\/etc\/default\/prometheus-node-exporter$/, 'prometheus-node-exporter'],
  [/^\/etc\/haproxy\//, 'haproxy'],
  [/^\/etc\/keepalived\//, 'keepalived', 'curl'],
  [/^\/etc\/bird\//, 'bird2'],
  [/^\/etc\/sysctl\.d\//, 'procps'],
  [/\.rclone\.conf$/, 'rclone', 'ca-certificates'],
];

function packages(
  tree: Tree,
  site: Site,
  role: Site['hosts'][number]['role'],
  path: string,
  tasks: Data[],
): Finding[] {
  const names = new Set(
    tasks.flatMap((task) => {
      const { name, state = 'present' } = task['ansible.builtin.apt'] ?? {};
      return state === 'present' || state === 'latest' ? listOf([name].flat()).map(String) : [];
    }),
  );
  const root = `${site.code}/hosts/${hostsOf(site, role)[0]?.name}`;
  const files = below(tree, root).map(([file]) => file.slice(root.length));
  return READ_BY.flatMap(([form, ...wanted]) => {
    const file = files.find((each) => form.test(each));
    return file === undefined
      ? []
      : wanted
          .filter((name) => !names.has(name))
          .map((name) => ({
            path,
            message: `${file} is put on hosts of role ${role}, and nobody installs ${name} there`,
            fix: `add ${name} to the packages`,
          }));
  });
}

const SWITCHES = [
  'enabled',
  'daemon_reload',
  'update_cache',
  'install_recommends',
  'remote_src',
  'quiet',
  'recurse',
  'force',
  'follow',
];
const STATES: Record<string, RegExp> = {
  'ansible.builtin.apt': /^(present|latest)$/,
  'ansible.builtin.file': /^(directory|link|absent|file|touch)$/,
  'ansible.builtin.systemd': /^(started|stopped|restarted|reloaded)$/,
};

function values(tree: Tree, site: Site, path: string, task: Data): Finding[] {
  const module = Object.keys(task ?? {}).find((key) => key.startsWith('ansible.builtin.')) ?? '';
  const given: Data = task?.[module] ?? {};
  const wrong = (text: string, message: string, fix: string): Finding => ({
    path,
    text,
    message: `the task ${String(task.name)} ${message}`,
    fix,
  });
  const unit = module === 'ansible.builtin.systemd' ? given.name : undefined;
  const state = STATES[module];
  const isUnit = (name: string) =>
    name === '{{ item }}' ||
    GIVEN_UNITS.test(name) ||
    /^(systemd-[\w-]+|prometheus-node-exporter|cockroachdb)\.service$/.test(name) ||
    site.hosts.some((host) => tree.has(`${site.code}/hosts/${host.name}/etc/systemd/system/${name}`)) ||
    HANDLED.test(name);
  return [
    ...SWITCHES.filter((key) => given[key] !== undefined && typeof given[key] !== 'boolean').map((key) =>
      wrong(`${key}: ${String(given[key])}`, `has ${key} neither true nor false`, `${key}: true`),
    ),
    ...(state && given.state !== undefined && !state.test(String(given.state))
      ? [
          wrong(
            `state: ${String(given.state)}`,
            `asks for the state ${String(given.state)}`,
            'write one that the module has',
          ),
        ]
      : []),
    ...(module === 'ansible.builtin.file' && given.src !== undefined && given.state !== 'link'
      ? [wrong(String(task.name), 'names what a link leads to, and makes none', 'state: link')]
      : []),
    ...(module === 'ansible.builtin.file' &&
    String(given.path).includes('{{ item }}') &&
    given.state !== 'directory'
      ? [wrong(String(task.name), 'is for folders, and makes none', 'state: directory')]
      : []),
    ...(unit === undefined || isUnit(String(unit))
      ? []
      : [
          wrong(
            String(unit),
            `is about ${String(unit)}, which no host has`,
            'name a unit of the tree or of a package',
          ),
        ]),
    ...(task?.until !== undefined &&
    (!/gate_retries/.test(String(task.retries)) || !/gate_delay/.test(String(task.delay)))
      ? [
          wrong(
            String(task.name),
            'waits for something without saying how often and how long',
            'retries and delay of the inventory',
          ),
        ]
      : []),
    ...(module === 'ansible.builtin.wait_for' && !(Number(given.timeout) > 0)
      ? [wrong(String(task.name), 'waits without an end', 'timeout: 5')]
      : []),
    ...(given.owner !== undefined && !/^(root|cockroach|haproxy|bird|prometheus)$/.test(String(given.owner))
      ? [
          wrong(
            `owner: ${String(given.owner)}`,
            `gives a file to ${String(given.owner)}, whom nobody makes`,
            'owner: root',
          ),
        ]
      : []),
  ];
}
/** Handlers are the same at every site, and a site has the units of its own roles only. */
const HANDLED = /^fredu-[a-z-]+\.timer$/;

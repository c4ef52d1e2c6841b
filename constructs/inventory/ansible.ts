import { dirname } from 'node:path/posix';
import { stringify } from 'yaml';
import type { AtSite } from '#constructs/at-site.ts';
import type { TextFile } from '#constructs/text-file.ts';
import { preferred } from '#sites/address.ts';
import type { Host, Site } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import type { Role } from '#sites/schema/schema.ts';
import { USER } from '../hosts/access.ts';
import { checksumGiven, cockroachProgram } from './cockroach-program.ts';
import { gate } from './gate.ts';
import { handlers, type Task } from './handlers.ts';
import { type HostSecret, hostSecrets } from './host-secrets.ts';
import { type Handler, PLACINGS, type Placing, placing } from './placing.ts';

/** The files of every host: host name -> paths on it. */
type HostPaths = ReadonlyMap<string, readonly string[]>;
export interface AnsibleProps extends AtSite {
  paths: HostPaths;
}

/** In this order, what is lost least first: the bastion, through which all the others are reached, is last. */
const ROLES: Role[] = ['worker', 'control-plane', 'database', 'edge', 'bastion'];
const group = (role: Role): string => role.replaceAll('-', '_');

/**
 * The inventory and the playbook that put the files of a site on its hosts: one host at a time, and the next one only when
 * this one is well again.
 * @see https://docs.ansible.com/ansible/2.14/playbook_guide/playbooks_strategies.html
 */
export function ansible(props: AnsibleProps): TextFile[] {
  const { site } = props;
  const roles = ROLES.filter((role) => site.hosts.some((host) => host.role === role));
  return [
    [
      'inventory.yaml',
      document('Hosts of the site by their role; ssh_config leads to them.', inventory(site, roles)),
    ],
    [
      'playbook.yaml',
      document('ansible-playbook --inventory inventory.yaml playbook.yaml --check --diff', plays(roles)),
    ],
    ['handlers.yaml', document('In the order in which they run.', handlers())],
    ...roles.map(
      (role): TextFile => [
        `tasks/${group(role)}.yaml`,
        document(`What every host of role ${role} gets.`, tasks(props, role)),
      ],
    ),
  ];
}

const document = (why: string, value: unknown): string =>
  `---\n# ${why}\n${stringify(value, { lineWidth: 0, nullStr: '', aliasDuplicateObjects: false })}`;

function inventory(site: Site, roles: Role[]): object {
  const edges = hostsOf(site, 'edge');
  const variables = (host: Host) =>
    edges.length > 1 && edges.includes(host)
      ? { other_edges: edges.filter((other) => other !== host).map(({ address }) => preferred(address)) }
      : null;
  const hosts = (role: Role) =>
    Object.fromEntries(hostsOf(site, role).map((host) => [host.name, variables(host)]));
  return {
    all: {
      vars: {
        ansible_user: USER,
        ansible_python_interpreter: '/usr/bin/python3',
        ansible_ssh_common_args: "-F '{{ inventory_dir }}/../ssh_config'",
        ansible_pipelining: true,
        // The generated files of a host, and what is secret of it.
        tree: '{{ inventory_dir }}/../../hosts/{{ inventory_hostname }}',
        secrets: `{{ lookup('ansible.builtin.env', 'HOME') }}/.config/fredu/${site.code}/secrets/{{ inventory_hostname }}`,
        // True: restart hosts that wait for it.
        restart: false,
        // False: on the first day, when there is nothing yet that could be well.
        gate: true,
        gate_retries: 60,
        gate_delay: 2,
      },
      children: Object.fromEntries(roles.map((role) => [group(role), { hosts: hosts(role) }])),
    },
  };
}

const plays = (roles: Role[]): object[] =>
  roles.map((role) => ({
    name: `Hosts of role ${role}, one after the other`,
    hosts: group(role),
    become: true,
    gather_facts: false,
    serial: 1,
    any_errors_fatal: true,
    max_fail_percentage: 0,
    // What was put there before a failure is felt, or the next run would take it for done.
    force_handlers: true,
    tasks: [
      {
        name: 'Put everything in its place',
        'ansible.builtin.import_tasks': `tasks/${group(role)}.yaml`,
      },
    ],
    handlers: [{ name: 'Know what to reload', 'ansible.builtin.import_tasks': 'handlers.yaml' }],
  }));

function tasks({ model, site, paths }: AnsibleProps, role: Role): Task[] {
  const hosts = site.hosts.filter((host) => host.role === role);
  const files = alike(hosts, (host) => [...(paths.get(host.name) ?? [])].sort(inOrder));
  const secrets = alike(hosts, (host) => hostSecrets({ model, site, host }));
  const rows = files.map((path) => ({ path, ...placing(path) }));
  const first = rows.filter((row) => row.first);
  const rest = rows.filter((row) => !row.first);
  const packages = [...new Set(rows.flatMap((row) => row.packages ?? []))].sort();
  const units = [...new Set(rows.flatMap((row) => row.units ?? []))];
  const database = units.includes('cockroachdb.service');
  const tmpfiles = within(files, 'etc/tmpfiles.d/');
  const sysctl = within(files, 'etc/sysctl.d/');
  return [
    ...secretsThere(secrets),
    ...(database ? [checksumGiven()] : []),
    {
      name: 'Install the programs',
      'ansible.builtin.apt': {
        name: packages,
        state: 'present',
        install_recommends: false,
        update_cache: true,
        cache_valid_time: 86400,
      },
      tags: ['packages'],
    },
    {
      name: 'Name what is loaded in one go',
      'ansible.builtin.set_fact': { files_of_tmpfiles: tmpfiles, files_of_sysctl: sysctl },
    },
    ...folders(files),
    ...first.map(copied),
    ...(first.length > 0
      ? [{ name: 'Make users and folders now', 'ansible.builtin.meta': 'flush_handlers' }]
      : []),
    ...secrets.map(placed),
    ...rest.map(copied),
    ...(database ? cockroachProgram() : []),
    { name: 'Make the changes felt', 'ansible.builtin.meta': 'flush_handlers', ...SECRETS },
    {
      name: 'Start what runs on this host',
      'ansible.builtin.systemd': { name: '{{ item }}', enabled: true, state: 'started', daemon_reload: true },
      loop: units,
      ignore_errors: '{{ ansible_check_mode }}',
    },
    ...gate({ site, role, files }).map((task) => ({ ...task, ...SECRETS })),
  ];
}

const within = (files: string[], folder: string): string[] =>
  files.filter((path) => path.startsWith(folder)).map((path) => `/${path}`);

/** @throws when hosts of one role differ in what they need: the playbook treats a role as one */
function alike<T>(hosts: Host[], of: (host: Host) => T[]): T[] {
  const [first, ...others] = hosts;
  if (!first) return [];
  const one = of(first);
  for (const other of others)
    if (JSON.stringify(of(other)) !== JSON.stringify(one))
      throw new Error(`${other.name} and ${first.name} have one role and different files`);
  return one;
}

/** What a file names stands before it: programs before daemons, keys before sshd. */
const rank = (path: string): number => PLACINGS.findIndex((row) => row.matches.test(path));
const inOrder = (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : 1);

/** Folders whose modes are Debian's to choose. */
const GIVEN = ['etc', 'usr/local/bin', 'usr/local/sbin'];

function folders(files: string[]): Task[] {
  const made = [...new Set(files.map((path) => dirname(path)))]
    .filter((path) => !GIVEN.includes(path))
    .sort();
  return [
    {
      name: 'Make the folders of the files',
      'ansible.builtin.file': {
        path: '/{{ item }}',
        state: 'directory',
        owner: 'root',
        group: 'root',
        mode: '0755',
      },
      loop: made,
    },
  ];
}

/** In check mode a fresh host lacks folders, users and programs that a real run makes first. */
const FRESH = { ignore_errors: '{{ ansible_check_mode }}' };

function copied({ path, validate, notify, program }: { path: string } & Placing): Task {
  return {
    name: `Put /${path} there`,
    'ansible.builtin.copy': {
      src: `{{ tree }}/${path}`,
      dest: `/${path}`,
      owner: 'root',
      group: 'root',
      mode: program ? '0755' : '0644',
      ...(validate ? { validate } : {}),
    },
    ...notified(notify),
    ...FRESH,
  };
}

function secretsThere(secrets: HostSecret[]): Task[] {
  const now = secrets.filter(({ later }) => !later).map(({ path }) => path);
  if (now.length === 0) return [];
  return [
    {
      name: 'Find every secret of the host on this computer',
      'ansible.builtin.assert': {
        that: ['(secrets + item) is file'],
        fail_msg: '{{ secrets }}{{ item }} is missing; docs/hosts.md says where it comes from',
        quiet: true,
      },
      loop: now,
      ...SECRETS,
    },
  ];
}

/** With this tag a run puts the secrets alone, has them felt, and waits at the gate as every run does. */
const SECRETS = { tags: ['secrets'] };

/** Never shown, not even as a difference. */
function placed({ path, owner, mode, later, notify }: HostSecret): Task {
  return {
    name: `Put the secret ${path} there`,
    'ansible.builtin.copy': { src: `{{ secrets }}${path}`, dest: path, owner, group: owner, mode },
    ...(later ? { when: `(secrets + '${path}') is file` } : {}),
    no_log: true,
    diff: false,
    ...notified(notify),
    ...FRESH,
    ...SECRETS,
  };
}

const notified = (notify: Handler[] | undefined): object => (notify ? { notify } : {});

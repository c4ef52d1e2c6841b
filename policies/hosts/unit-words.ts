import type { Finding, Policy, Tree } from '../law.ts';
import { accounts, folders } from '../reading/host-files.ts';
import { type SystemdFile, systemdFiles } from '../reading/units.ts';
import { DIRECTIVES, GIVEN_PROGRAMS, GIVEN_UNITS, GIVEN_USERS, MAY_BE_EMPTY } from './systemd/directives.ts';

export const unitWords: Policy = {
  id: 'unit-words',
  title:
    'systemd knows every word of its files, and every unit, program, user and folder that they name is there',
  why: 'Avoid: a section or a key with a slip in it, a unit that waits for one that nobody has, a program or a user that nothing installs. Prefer: words of systemd in their own section, programs of the tree or of a package. Rationale: systemd writes a line into the journal and starts the unit without the setting; a guard that was never on is found out by whoever needed it, and a service without its program on the day of the failover.',
  check: (_model, tree) =>
    systemdFiles(tree).flatMap((file) => [
      ...file.lines.flatMap((line) => word(file, line)),
      ...leads(tree, file),
    ]),
};

type Line = SystemdFile['lines'][number];

function word({ path, name, kind }: SystemdFile, { section, key, value }: Line): Finding[] {
  const sections = DIRECTIVES[kind] ?? {};
  const wrong = (text: string, message: string, fix: string): Finding[] => [
    { path, text, message: `${name}: ${message}`, fix },
  ];
  if (!sections[section])
    return wrong(
      section || value,
      section === ''
        ? `\`${key || value}\` stands in no section`
        : `systemd knows no section [${section}] in a ${kind} file`,
      `write ${Object.keys(sections)
        .map((each) => `[${each}]`)
        .join(', ')}`,
    );
  if (key === '') return wrong(value, `\`${value}\` sets nothing`, 'write Key=value');
  const form = sections[section][key];
  if (!form) {
    const other = Object.keys(sections).find((each) => sections[each]![key]);
    return wrong(
      key,
      `[${section}] has ${key}, which systemd passes over`,
      other ? `write it in [${other}]` : 'write a word of systemd.directives(7), or remove the line',
    );
  }
  if (form.test(value) || (value === '' && MAY_BE_EMPTY.test(key))) return [];
  return wrong(
    `${key}=${value}`,
    `${key} is \`${value}\`, which is no value of it`,
    `write what ${form.source.slice(0, 60)} takes`,
  );
}

/** What a unit names is in the tree, or comes with a package. */
function leads(tree: Tree, file: SystemdFile): Finding[] {
  const { path, name, root, lines } = file;
  const said = (...keys: string[]) => lines.filter(({ key, value }) => keys.includes(key) && value !== '');
  const wrong = (text: string, message: string, fix: string): Finding => ({
    path,
    text,
    message: `${name}: ${message}`,
    fix,
  });
  const own = new Set(
    systemdFiles(tree)
      .filter((each) => each.root === root && !each.isAddition)
      .map((each) => each.name),
  );
  const users = accounts(tree, root);
  const made = folders(tree, root);
  return [
    ...said(
      'Wants',
      'Requires',
      'BindsTo',
      'After',
      'Before',
      'PartOf',
      'WantedBy',
      'RequiredBy',
      'Unit',
    ).flatMap(({ key, value }) =>
      value
        .split(/\s+/)
        .filter((unit) => !own.has(unit) && !GIVEN_UNITS.test(unit))
        .map((unit) =>
          wrong(unit, `${key} names ${unit}, which is on no host`, 'name a unit of the tree or of a package'),
        ),
    ),
    ...lines
      .filter(({ key, value }) => /^Exec/.test(key) && value !== '')
      .flatMap(({ key, value }) => {
        const program = value.replace(/^[-@:+!]+/, '').split(/\s+/)[0]!;
        return tree.has(root + program.slice(1)) || GIVEN_PROGRAMS.test(program)
          ? []
          : [wrong(program, `${key} runs ${program}, which nothing installs`, 'add the program to the tree')];
      }),
    ...said('User', 'Group', 'SupplementaryGroups')
      .filter(({ value }) => !users.has(value) && !GIVEN_USERS.has(value))
      .map(({ key, value }) =>
        wrong(value, `${key} is ${value}, whom nothing makes`, 'add the user to etc/sysusers.d/'),
      ),
    ...said('ReadWritePaths')
      .flatMap(({ value }) => value.split(/\s+/))
      .filter(
        (folder) =>
          !folder.startsWith('-') && !made.some((each) => folder === each || folder.startsWith(`${each}/`)),
      )
      .map((folder) =>
        wrong(
          folder,
          `${folder} may be written, and nothing makes it: the unit does not start`,
          'add it to etc/tmpfiles.d/',
        ),
      ),
    ...(file.kind === 'timer' && !file.isAddition && !own.has(name.replace(/timer$/, 'service'))
      ? [
          wrong(
            '[Timer]',
            'it starts a service that is not there',
            `add ${name.replace(/timer$/, 'service')}`,
          ),
        ]
      : []),
    ...(file.kind === 'timer' &&
    !file.isAddition &&
    said('WantedBy').every(({ value }) => value !== 'timers.target')
      ? [wrong('[Install]', 'it never starts: timers.target does not want it', 'WantedBy=timers.target')]
      : []),
  ];
}

import { dealt } from './database.ts';
import { type Finding, list, type Rule, type RuleInput } from './rule.ts';

/** Sites that hold data of the app, and not votes alone. */
const holders = ({ sites }: RuleInput) => sites.filter(({ database }) => database && !database.arbiter);

const backup: Rule = {
  code: 'backup-none',
  why: 'replicas do not help against a dropped table, a wrong release or an attacker: what they remove is gone',
  check: (input): Finding[] => {
    const stores = input.sites.filter(({ objects }) => objects);
    if (stores.length > 0 || holders(input).length === 0) return [];
    return [
      {
        at: ['platform', 'database'],
        key: true,
        message:
          'nothing is backed up: no site has an object store, so no backup of the database is scheduled and snapshots of etcd stay on their own hosts',
        fix: 'add `objects:` to a site and to platform.yaml, or copy them out by means of your own',
      },
    ];
  },
};

const files: Rule = {
  code: 'files-none',
  why: 'files lie in an object store, for every pod of every site has to find them',
  check: (input): Finding[] => {
    const apps = input.sites.filter(({ kubernetes }) => kubernetes);
    if (apps.length === 0 || input.sites.some(({ objects }) => objects)) return [];
    return [
      {
        at: [apps[0]!.code, 'kubernetes'],
        key: true,
        message: `the app of ${list(apps.map(({ code }) => code))} takes no files: no site has an object store`,
        fix: 'add `objects:` to a site and to platform.yaml',
      },
    ];
  },
};

const together: Rule = {
  code: 'backup-with-site',
  why: 'who loses the site loses its data and every backup of it',
  check: (input): Finding[] => {
    const stores = input.sites.filter(({ objects }) => objects);
    if (stores.length !== 1 || input.sites.filter(({ kubernetes }) => kubernetes).length !== 1) return [];
    const [{ code }] = stores as [RuleInput['sites'][0]];
    return [
      {
        at: [code, 'objects'],
        key: true,
        message: `backups of ${code} lie in ${code} itself, the only site with an object store`,
        fix: 'add a second site with `objects:`, which copies them, or copy them out by means of your own',
      },
    ];
  },
};

const voiceless: Rule = {
  code: 'voters-none',
  why: 'nodes there answer from the others, over the lines between sites, and their disks hold nothing',
  check: (input): Finding[] => {
    const codes = (dealt(input) ?? [])
      .filter(({ site, voters }) => voters === 0 && !site.database?.arbiter)
      .map(({ site }) => site.code);
    if (codes.length === 0) return [];
    const { survive } = input.platform.database!;
    return [
      {
        at: ['platform', 'database', 'survive'],
        message: `${list(codes)} hold${codes.length > 1 ? '' : 's'} no copy of the database: \`survive: ${survive}\` has fewer voters than there are sites`,
        fix:
          survive === 'host'
            ? 'write `survive: site`'
            : 'leave it so, where reading from the sites that hold one is fast enough',
      },
    ];
  },
};

export const notes: Rule[] = [backup, files, together, voiceless];

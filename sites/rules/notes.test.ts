import { expect, it } from 'vitest';
import { arbiter, cloud, exampleInput, filesOf, room } from '#scripts/testing/example-sites.ts';
import { judge } from '../load/load.ts';
import type { Input } from '../schema/schema.ts';

/** Code and place of each note of an accepted platform, and its message. */
function notes(change: (input: Input) => void): [code: string, file: string, message: string][] {
  const input = exampleInput();
  change(input);
  const { problems, notes } = judge(filesOf(input));
  expect(problems).toEqual([]);
  for (const { severity } of notes) expect(severity).toBe('note');
  return notes.map(({ code, file, message }) => [code, file, message]);
}
const alone = (input: Input) => {
  input.platform.database = { survive: 'host', leases: ['lyn'] };
  input.sites = { lyn: room(1) };
};
const storeless = (input: Input) => {
  delete input.platform.objects;
  for (const site of Object.values(input.sites)) delete site.objects;
};

it('are none where nothing is missing, nor where there are problems', () => {
  expect(notes(() => {})).toEqual([]);
  const files = filesOf(exampleInput());
  expect(judge(new Map([...files, ['par.yaml', 'colour: blue\n']])).notes).toEqual([]);
});

it('say that nothing is backed up, and that no files are taken', () => {
  expect(notes(storeless)).toEqual([
    ['files-none', 'sites/lyn.yaml', 'the app of lyn and par takes no files: no site has an object store'],
    ['backup-none', 'sites/platform.yaml', expect.stringContaining('nothing is backed up')],
  ]);
});

it('say that the only backup is lost with its site', () => {
  expect(notes(alone)).toEqual([
    ['backup-with-site', 'sites/lyn.yaml', expect.stringContaining('backups of lyn lie in lyn itself')],
  ]);
});

it('name a site whose disks hold nothing', () => {
  const five = (input: Input) => {
    input.platform.database.survive = 'host';
    input.sites = { lyn: room(1), par: cloud(2), bre: room(3), nan: cloud(4), nic: room(5) };
  };
  expect(notes(five)).toEqual([
    [
      'voters-none',
      'sites/platform.yaml',
      expect.stringMatching(/^nan and nic hold no copy of the database/),
    ],
  ]);
  expect(notes((input) => Object.assign(input.sites, { bre: room(4), nan: arbiter(5) }))).toEqual([]);
});

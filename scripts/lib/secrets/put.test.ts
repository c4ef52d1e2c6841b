import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Command, Outcome } from '../run.ts';
import { put } from './put.ts';
import type { SecretFile, SecretObject } from './site-secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-put-'));
const before = process.env.PATH;
afterAll(() => {
  process.env.PATH = before;
  rmSync(folder, { recursive: true });
});
// Programs that are found, and never run: `run` is played.
for (const name of ['kubectl', 'ansible-playbook']) writeFileSync(join(folder, name), '', { mode: 0o755 });
process.env.PATH = `${folder}:${before}`;
mkdirSync(join(folder, 'dist/inventory/hosts/tasks'), { recursive: true });
writeFileSync(join(folder, 'dist/inventory/hosts/playbook.yaml'), '');
writeFileSync(join(folder, 'dist/inventory/hosts/tasks/edge.yaml'), '- tags:\n    - secrets\n');

const secret: SecretObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'one', namespace: 'education', labels: {} },
  type: 'Opaque',
  data: { key: Buffer.from('hidden word').toString('base64') },
};
const file: SecretFile = {
  host: 'sxb-edge1',
  path: '/etc/haproxy/database-ca.crt',
  owner: 'root',
  mode: '0644',
  text: 'hidden file',
};
const tree = join(folder, 'dist');
const fine: Outcome = { code: 0, stdout: '', stderr: '' };

it('gives Secrets to kubectl on its standard input, and files to the playbook for as long as it runs', async () => {
  const seen: { command: Command; input?: string }[] = [];
  let place = '';
  const done = await put(
    { code: 'sxb' },
    {
      objects: [secret],
      files: [file],
      tree,
      async run(command, { input }) {
        seen.push({ command, ...(input === undefined ? {} : { input }) });
        const given = command.find((word) => word.startsWith('--extra-vars=secrets='));
        if (given) {
          place =
            given.slice('--extra-vars=secrets='.length).replace('{{ inventory_hostname }}', file.host) +
            file.path;
          expect(readFileSync(place, 'utf8')).toBe('hidden file');
          expect(statSync(place).mode & 0o777).toBe(0o600);
        }
        return fine;
      },
    },
  );
  expect(done).toEqual(['sxb: 1 Secrets', 'sxb: 1 files on 1 hosts']);
  expect(seen[0]!.command.join(' ')).toBe(
    'kubectl --context=sxb apply --server-side --field-manager=fredu --force-conflicts --filename=-',
  );
  expect(JSON.parse(seen[0]!.input!).items).toEqual([secret]);
  expect(seen[1]!.command).toContain('--tags=secrets');
  expect(existsSync(place)).toBe(false);
  // A command line is seen by everybody on the machine.
  expect(JSON.stringify(seen.map(({ command }) => command))).not.toMatch(/hidden|aGlkZGVu/);
});

it.each<[string, Outcome, string]>([
  [
    'kubectl that is refused',
    { code: 1, stdout: '', stderr: 'first\nError from server (Forbidden): secrets is forbidden' },
    'kubectl at sxb ended with 1: Error from server (Forbidden): secrets is forbidden',
  ],
  ['a program that says nothing', { code: 4, stdout: '', stderr: '' }, 'kubectl at sxb ended with 4: '],
])('stops at %s with its last line', async (_, outcome, message) => {
  const wish = put({ code: 'sxb' }, { objects: [secret], files: [file], tree, run: async () => outcome });
  await expect(wish).rejects.toThrow(message);
});

it('leaves nothing in clear where the playbook fails, and says at which host', async () => {
  let place = '';
  const wish = put(
    { code: 'sxb' },
    {
      objects: [],
      files: [file],
      tree,
      async run(command) {
        place = command
          .at(-1)!
          .slice('--extra-vars=secrets='.length)
          .replace('/{{ inventory_hostname }}', '');
        expect(existsSync(place)).toBe(true);
        return { code: 2, stdout: 'TASK [x]\nfatal: [sxb-edge1]: UNREACHABLE!\nPLAY RECAP', stderr: '' };
      },
    },
  );
  await expect(wish).rejects.toThrow('the playbook of sxb ended with 2: fatal: [sxb-edge1]: UNREACHABLE!');
  expect(existsSync(place)).toBe(false);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { find } from '#scripts/lib/programs.ts';
import { run } from '#scripts/lib/run.ts';
import { startMachine } from '#scripts/testing/lab/machine.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';

/** What a unit gives up must not be what it needs: the one that makes a file system, on a disk in a file. */
const missing = [
  ...['systemd-nspawn', 'losetup', 'mkfs.ext4'].filter((name) => !find(name)),
  ...(process.getuid?.() === 0 ? [] : ['root']),
];
if (missing.length > 0 && process.env.FREDU_REQUIRE === 'all') throw new Error(missing.join(', '));

const work = mkdtempSync(join(tmpdir(), 'fredu-format-'));
afterAll(() => rmSync(work, { recursive: true }));

it.skipIf(missing.length > 0)(
  'the file system of the database is made on an empty disk, and what a disk holds is left as it is',
  async () => {
    const disk = join(work, 'disk');
    await run(['truncate', '--size=64M', disk]);
    const loop = (await run(['losetup', '--find', '--show', disk])).stdout.trim();
    expect(loop).toMatch(/^\/dev\/loop\d+$/);
    const machine = await startMachine({ name: 'format', folder: work });
    try {
      const unit = 'cockroachdb-format.service';
      const text = artefacts(threeSites(), 'do').get(`do/hosts/do-node1/etc/systemd/system/${unit}`)!;
      const device = /^ExecStart=.* (\/dev\/\S+)$/m.exec(text)![1]!;
      // A container has no udev that would say when a disk is there.
      const here = text.replaceAll(device, loop).replace(/^(BindsTo|After)=.*\n/gm, '');
      writeFileSync(join(work, unit), here);
      const number = (await run(['stat', '-c', '%Lr', loop])).stdout.trim();
      await machine.must(
        'bash',
        '-c',
        `mknod ${loop} b 7 ${number}; cp ${work}/${unit} /etc/systemd/system/`,
      );
      const kind = async () =>
        (await run(['blkid', '-p', '-o', 'value', '-s', 'TYPE', '-s', 'UUID', loop])).stdout;
      expect(await kind()).toBe('');
      await machine.must('bash', '-c', `systemctl daemon-reload && systemctl start ${unit}`);
      const made = await kind();
      expect(made).toContain('ext4');
      await machine.must('systemctl', 'restart', unit);
      expect(await kind()).toBe(made);
    } finally {
      await machine.stop();
      await run(['losetup', '--detach', loop]);
    }
  },
);

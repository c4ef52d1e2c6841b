import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { Drawing } from './drawing.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-drawing-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('draws texts with their formulas, one after the other', async () => {
  const drawing = new Drawing({ patience: 60_000 });
  const drawn = await Promise.all(['*a*', '$x$'].map((text) => drawing.draw({ text, course: undefined })));
  expect(drawn[0]).toBe('<p><em>a</em></p>');
  expect(drawn[1]).toContain('<mi>x</mi>');
  await drawing.close();
});

it('gives up a text that never ends or breaks the thread, and draws the next one', async () => {
  const program = join(folder, 'thread.mjs');
  writeFileSync(
    program,
    `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ text }) => {
      if (text === 'endless') for (;;);
      if (text === 'broken') throw new Error('no');
      parentPort.postMessage({ html: text });
    });
    parentPort.postMessage('ready');`,
  );
  const drawing = new Drawing({ patience: 1000, script: pathToFileURL(program) });
  const draw = (text: string) => drawing.draw({ text, course: undefined });
  expect(await Promise.all([draw('one'), draw('endless'), draw('broken'), draw('two')])).toEqual([
    'one',
    undefined,
    undefined,
    'two',
  ]);
  await drawing.close();
});

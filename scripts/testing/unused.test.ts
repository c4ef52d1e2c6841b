import { expect, it } from 'vitest';
import { run } from '../lib/run.ts';
import { ROOT } from '../lib/sites.ts';

it('has no file, package or export that nobody uses', async () => {
  const { code, stdout, stderr } = await run(['node', 'node_modules/knip/bin/knip.js', '--no-progress'], {
    cwd: ROOT,
  });
  expect(
    stdout + (code > 1 ? stderr : ''),
    'knip.jsonc says what is judged; delete it, or keep it in its file',
  ).toBe('');
  expect(code).toBe(0);
});

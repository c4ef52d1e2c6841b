import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { run } from '../lib/run.ts';
import { ROOT } from '../lib/sites.ts';
import { itJudged } from './judge.ts';
import { threeSites } from './three-sites.ts';

interface Identity {
  id: string;
  commonName: string;
  names: string[];
  addresses: string[];
}

itJudged(
  'openssl',
  'the commands of docs/by-hand.md make the certificate that certificates.yaml asks for',
  async () => {
    const page = readFileSync(join(ROOT, 'docs/by-hand.md'), 'utf8');
    const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block).join('');
    const { identities } = parse(artefacts(threeSites()).get('platform/certificates.yaml')!);
    const wanted: Identity = identities.find(({ id }: Identity) => id === 'do/do-node1');
    const folder = mkdtempSync(join(tmpdir(), 'fredu-by-hand-'));
    try {
      const { code, stdout, stderr } = await run(['sh', '-ec', commands], { cwd: folder });
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('node.crt: OK');
      const made = new X509Certificate(readFileSync(join(folder, 'node.crt')));
      expect(made.subject).toBe(`CN=${wanted.commonName}`);
      for (const name of wanted.names) expect(made.checkHost(name), name).toBe(name);
      for (const address of wanted.addresses) expect(made.checkIP(address), address).toBe(address);
      expect(made.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']); // server and client
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

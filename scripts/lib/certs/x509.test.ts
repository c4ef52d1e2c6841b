import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { identities } from '#constructs/platform/certificates.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { run } from '../run.ts';
import { issue, makeAuthority } from './x509.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-x509-'));
afterAll(() => rmSync(folder, { recursive: true }));

itJudged(
  'openssl',
  'openssl verifies every certificate strictly, for its use, and under each of its names',
  async () => {
    const now = new Date();
    const by = await makeAuthority('fredu database', { now });
    const other = await makeAuthority('fredu database', { now });
    const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
    put('ca.crt', by.certificate);
    put('other.crt', other.certificate);
    put('both.crt', other.certificate + by.certificate);
    for (const [index, identity] of identities(threeSites()).entries()) {
      const { certificate, key } = await issue(identity, { by, now });
      put(`${index}.crt`, certificate);
      put(`${index}.key`, key);
      for (const usage of identity.usages) {
        const verify = (authority: string) =>
          run(
            [
              'openssl',
              'verify',
              '-x509_strict',
              '-purpose',
              `ssl${usage}`,
              '-CAfile',
              authority,
              `${index}.crt`,
            ],
            {
              cwd: folder,
            },
          );
        expect(await verify('ca.crt')).toMatchObject({ code: 0, stdout: `${index}.crt: OK\n` });
        // Two authorities of one name, as while a rotation lasts.
        expect(await verify('both.crt')).toMatchObject({ code: 0 });
        expect((await verify('other.crt')).code).not.toBe(0);
      }
      const unused = (['server', 'client'] as const).find((each) => !identity.usages.includes(each));
      if (unused) {
        const { code } = await run(
          ['openssl', 'verify', '-purpose', `ssl${unused}`, '-CAfile', 'ca.crt', `${index}.crt`],
          {
            cwd: folder,
          },
        );
        expect(code, `${identity.id} as ${unused}`).not.toBe(0);
      }
      const made = new X509Certificate(certificate);
      expect(made.subject).toBe(`CN=${identity.commonName}`);
      for (const name of identity.names) expect(made.checkHost(name), name).toBe(name);
      for (const address of identity.addresses) expect(made.checkIP(address), address).toBe(address);
      const { stdout } = await run(['openssl', 'pkey', '-in', `${index}.key`, '-noout', '-check'], {
        cwd: folder,
      });
      expect(stdout).toContain('Key is valid');
    }
  },
);

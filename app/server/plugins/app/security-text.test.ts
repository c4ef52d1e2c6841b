import { describe, expect, it } from 'vitest';
import { settingsOf } from '#server/settings.ts';
import { testApp } from '#server/testing/test-app.ts';
import { SECURITY, securityExpires } from '#shared/contract.ts';

const nobody = await testApp();
const { ask } = await testApp({ securityContact: "o'neill+$a@fredu.test", publicUrl: 'https://fredu.test' });

it('says whom to tell of a hole, and until when that is to be believed', async () => {
  const { statusCode, headers, body } = await ask(SECURITY.path);
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(body).toBe(
    `Contact: mailto:o'neill%2B%24a@fredu.test
Expires: ${securityExpires(new Date())}
Preferred-Languages: fr, en
Canonical: https://fredu.test/.well-known/security.txt
`,
  );
});

it('is not there without a contact', async () => {
  expect((await nobody.ask(SECURITY.path)).statusCode).toBe(404);
});

describe('its end', () => {
  it('is within a year on each day of four, and never past', () => {
    for (let day = Date.UTC(2027, 0, 1); day < Date.UTC(2031, 0, 1); day += 86_400_000) {
      const days = (Date.parse(securityExpires(new Date(day))) - day) / 86_400_000;
      expect(days).toBeGreaterThan(150);
      expect(days).toBeLessThan(365);
    }
  });
});

describe('a contact', () => {
  it.each(['security@fredu.fr', 'https://fredu.fr/securite'])('may be %s', (value) => {
    expect(settingsOf({ SECURITY_CONTACT: value }).securityContact).toBe(value);
  });
  it.each(['nobody', 'http://fredu.fr', 'a@b@', 'a@x/y', 'a b@c'])('is not %s', (value) => {
    expect(() => settingsOf({ SECURITY_CONTACT: value })).toThrow(/SECURITY_CONTACT is ".*"; write /);
  });
});

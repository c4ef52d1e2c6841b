import { expect, it } from 'vitest';
import { example } from '#scripts/testing/example-sites.ts';
import { appImage, lockedImage, ofPlatform } from './images.ts';

it('pulls the app from the registry of the platform, by default one below its domain', () => {
  const { tag } = lockedImage('education-api');
  expect(appImage('education-api', example())).toBe(`registry.example.org/education-api:${tag}`);
  const elsewhere = example(({ platform }) => {
    platform.registry = 'ghcr.io/lernplatz/education';
    platform.app = { release: '2.3.4' };
  });
  expect(appImage('education-web', elsewhere)).toBe('ghcr.io/lernplatz/education/education-web:2.3.4');
});

it('takes the digest of the lock for the release that it was resolved from, and for no other', () => {
  const locked = { name: 'education-api', tag: '0.1.0', digest: 'sha256:00' };
  const { registry, app } = example();
  expect(ofPlatform(locked, { registry, app }).digest).toBe('sha256:00');
  expect(ofPlatform(locked, { registry, app: { ...app, release: '0.1.1' } }).digest).toBeNull();
});

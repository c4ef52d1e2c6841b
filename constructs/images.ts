import type { Model } from '#sites/model.ts';
import lock from './images.lock.json' with { type: 'json' };

/** A container image of the lock: a name that is not locked does not compile. */
export type ImageName = keyof typeof lock;
/** Those that `npm run image` builds: the lock says no registry of them, for each platform pushes them to its own. */
export type AppImage = 'education-api' | 'education-web';

/** An image as the lock has it; the digest is null until `npm run images -- --resolve` has found it. */
export interface Image {
  name: string;
  tag: string;
  digest: string | null;
}
export const lockedImage = (key: ImageName): Image => lock[key];

/** The reference to run: `name:tag@digest`, or `name:tag` while there is no digest. */
export const image = (key: Exclude<ImageName, AppImage>): string => reference(lockedImage(key));

/**
 * An image of the app as a platform pulls it: from its registry, in the release that it names. The digest of the lock is
 * that of its own tag.
 */
export const appImage = (key: AppImage, model: Pick<Model, 'registry' | 'app'>): string =>
  reference(ofPlatform(lockedImage(key), model));
export function ofPlatform(locked: Image, { registry, app }: Pick<Model, 'registry' | 'app'>): Image {
  const tag = app.release ?? locked.tag;
  return { name: `${registry}/${locked.name}`, tag, digest: tag === locked.tag ? locked.digest : null };
}

const reference = ({ name, tag, digest }: Image): string =>
  `${name}:${tag}${digest === null ? '' : `@${digest}`}`;
export const imageTag = (key: ImageName): string => lock[key].tag;

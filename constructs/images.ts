import lock from './images.lock.json' with { type: 'json' };

/** A container image of the lock: a name that is not locked does not compile. */
export type ImageName = keyof typeof lock;

/** An image as the lock has it; the digest is null until `npm run images -- --resolve` has found it. */
export interface Image {
  name: string;
  tag: string;
  digest: string | null;
}
export const lockedImage = (key: ImageName): Image => lock[key];

/** The reference to run: `name:tag@digest`, or `name:tag` while there is no digest. */
export function image(key: ImageName): string {
  const { name, tag, digest } = lockedImage(key);
  return `${name}:${tag}${digest === null ? '' : `@${digest}`}`;
}
export const imageTag = (key: ImageName): string => lock[key].tag;

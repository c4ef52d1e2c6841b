import lock from './images.lock.json' with { type: 'json' };

/** A container image of the lock: a name that is not locked does not compile. */
export type ImageName = keyof typeof lock;

/** The reference to run: `name:tag@digest`, or `name:tag` until `npm run images -- --resolve` has found the digest. */
export function image(key: ImageName): string {
  const { name, tag, digest } = lock[key] as { name: string; tag: string; digest: string | null };
  return `${name}:${tag}${digest === null ? '' : `@${digest}`}`;
}
export const imageTag = (key: ImageName): string => lock[key].tag;

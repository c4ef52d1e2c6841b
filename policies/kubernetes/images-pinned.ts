import type { Finding, Policy } from '../law.ts';
import { type Data, ofKind, workloads } from '../reading/objects.ts';

export const imagesPinned: Policy = {
  id: 'images-pinned',
  title:
    'every image has a release as its tag and the same one everywhere, and where one has a digest all have',
  why: 'A tag that moves makes two pods of one app run different programs after a restart, at one site and not at the other, and nothing in the tree tells. A digest is best; a release tag is what a digest is resolved from.',
  check(_model, tree) {
    const uses = [
      ...workloads(tree).flatMap(({ path, containers, starters }) =>
        [...containers, ...starters].map((container: Data) => ({ path, image: String(container.image) })),
      ),
      ...ofKind(tree, 'CephCluster').map(({ path, object }) => ({
        path,
        image: String(object.spec.cephVersion?.image),
      })),
    ];
    const resolved = uses.find(({ image }) => DIGEST.test(image));
    const first = new Map<string, { path: string; image: string }>();
    return uses.flatMap(({ path, image }): Finding[] => {
      const { name, tag, digest } = reference(image);
      if (!digest && (!tag || !/\d/.test(tag))) {
        return [
          {
            path,
            text: image,
            message: tag ? `image ${image}: the tag ${tag} moves` : `image ${image} has no tag`,
            fix: 'name a release in the lock of images',
          },
        ];
      }
      // The lock is resolved as a whole: what has none then was written by hand, or added without `npm run images -- --resolve`.
      if (resolved && !DIGEST.test(image))
        return [
          {
            path,
            text: image,
            other: { path: resolved.path, text: resolved.image },
            message: `image ${image} has no digest, and ${resolved.image.split('@')[0]} has one`,
            fix: 'npm run images -- --resolve',
          },
        ];
      const known = first.get(name);
      if (known && known.image !== image) {
        return [
          {
            path,
            text: image,
            other: { path: known.path, text: known.image },
            message: `two releases of one image: ${image} and ${known.image}`,
            fix: 'take both from the same entry of the lock',
          },
        ];
      }
      first.set(name, { path, image });
      return [];
    });
  },
};

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** `registry:5000/name:tag@sha256:…`: a colon before the last slash belongs to the registry. */
function reference(image: string): { name: string; tag?: string; digest?: string } {
  const [rest = '', digest] = image.split('@');
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  return colon < 0
    ? { name: rest, digest }
    : { name: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}

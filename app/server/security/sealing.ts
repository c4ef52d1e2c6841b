import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** What is kept under a key that is not, so that nobody reads or tries it who has not that key. */
export interface Sealing {
  /** Finds it again, and tells nothing of the key. */
  name: string;
  /** A digest of what belongs to it; without the key no guess at it can be tried. */
  digest(parts: unknown[]): string;
  seal(text: string): string;
  /** @throws where it was sealed by another key, or changed since */
  open(sealed: string): string;
}

const CIPHER = 'aes-256-gcm';
/** @see https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf §8.2.2: random, for few texts of one key */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * What is sealed of a person for a purpose, by a raw key that is not kept beside it: three keys that have nothing to do with each other
 * follow from it, and none of them with those of another purpose.
 */
export function sealingBy(personId: string, key: string, purpose: string): Sealing {
  const made = Buffer.from(hkdfSync('sha256', key, personId, purpose, 3 * KEY_BYTES));
  const [name, forDigest, forText] = [0, 1, 2].map((at) =>
    made.subarray(at * KEY_BYTES, (at + 1) * KEY_BYTES),
  ) as [Buffer, Buffer, Buffer];
  return {
    name: name.toString('hex'),
    digest: (parts) => createHmac('sha256', forDigest).update(JSON.stringify(parts)).digest('hex'),
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, forText, nonce, { authTagLength: TAG_BYTES });
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      const cipher = createDecipheriv(CIPHER, forText, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + cipher.final('utf8');
    },
  };
}

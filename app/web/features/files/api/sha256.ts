/** Up to this size a file is hashed before it is sent, in 0.3 s on a laptop; browsers hash only what is in memory as a whole. */
const BYTES_MAX = 64 * 2 ** 20;

/** One file at a time is in memory for it, however many were chosen. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * The SHA-256 of a file, in hexadecimal; nothing for one that is large, that cannot be read, or where the page came over a line that
 * anybody may read, where browsers have no cryptography.
 */
export function sha256Of(file: Blob): Promise<string | undefined> {
  const subtle = globalThis.crypto.subtle as SubtleCrypto | undefined;
  if (!subtle || file.size > BYTES_MAX) return Promise.resolve(undefined);
  const digest = turn.then(async () => {
    const bytes = new Uint8Array(await subtle.digest('SHA-256', await file.arrayBuffer()));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  });
  const found = digest.catch(() => undefined);
  turn = found;
  return found;
}

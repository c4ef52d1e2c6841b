import { ECDH } from 'node:crypto';

/** What a line of `authorized_keys` turned out to hold. */
export type SshKey = { type: string; bits: number; body: string; comment: string } | { fault: string };

/** RSA keys below this are not trusted beyond 2030. @see https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-57pt1r5.pdf (table 2: 128 bits) */
const RSA_BITS_MIN = 3072;
/** What sshd reads at most. @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/sshbuf.h (SSHBUF_MAX_BIGNUM) */
const RSA_BITS_MAX = 16384;

const CURVES: Record<string, { name: string; bits: number }> = {
  nistp256: { name: 'prime256v1', bits: 256 },
  nistp384: { name: 'secp384r1', bits: 384 },
  nistp521: { name: 'secp521r1', bits: 521 },
};

/**
 * Reads a public SSH key as sshd does, so that nobody is locked out by a line that sshd passes over in silence: a type, a body in
 * base64, a comment. The body says its type again, and has nothing before or after its parts.
 * @see https://www.rfc-editor.org/rfc/rfc4253#section-6.6 https://www.rfc-editor.org/rfc/rfc5656#section-3.1
 * @see https://www.rfc-editor.org/rfc/rfc8709#section-4 https://github.com/openssh/openssh-portable/blob/V_9_2_P1/PROTOCOL.u2f
 */
export function readSshKey(line: string): SshKey {
  const [type = '', body = '', ...comment] = line.split(' ');
  const refused = REFUSED.find(({ is }) => is.test(type));
  if (refused) return { fault: refused.fault };
  const parts = TYPES[type];
  if (!parts) return { fault: `\`${type}\` is no type of key that is taken` };
  if (body === '') return { fault: 'its body is missing: only the type is there' };
  const bytes = Buffer.from(body, 'base64');
  if (bytes.toString('base64') !== body)
    return { fault: 'its body is not whole: it is no base64 that ends where it should' };
  const reader = new Reader(bytes);
  try {
    const inner = reader.text();
    if (inner !== type) return { fault: `it says \`${type}\`, but its body is of type \`${plain(inner)}\`` };
    const bits = parts(reader, type);
    if (reader.left > 0) return { fault: `its body goes on for ${reader.left} bytes after its end` };
    return { type, bits, body, comment: comment.join(' ') };
  } catch (error) {
    if (error instanceof Fault) return { fault: error.message };
    throw error;
  }
}

/** Types that are taken, the strongest first. */
export const SSH_KEY_TYPES = [
  'ssh-ed25519',
  'sk-ssh-ed25519@openssh.com',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'ssh-rsa',
] as const;

/** What follows the type in a body; how many bits the key has. */
type Parts = (reader: Reader, type: string) => number;
const TYPES: Record<string, Parts> = {
  'ssh-ed25519': ed25519,
  'sk-ssh-ed25519@openssh.com': (reader) => application(reader, ed25519(reader)),
  'ecdsa-sha2-nistp256': ecdsa,
  'ecdsa-sha2-nistp384': ecdsa,
  'ecdsa-sha2-nistp521': ecdsa,
  'sk-ecdsa-sha2-nistp256@openssh.com': (reader) => application(reader, ecdsa(reader, 'ecdsa-sha2-nistp256')),
  'ssh-rsa': rsa,
};
const REFUSED = [
  { is: /^(ssh-dss|ssh-dss-cert)/, fault: 'sshd takes keys of type ssh-dss no more' },
  {
    is: /-cert-v01@openssh\.com$/,
    fault: 'it is a certificate, and what is wanted is the key that it was made for',
  },
  {
    is: /^-----BEGIN|^----/,
    fault: 'it is the file of a key in another form; `ssh-keygen -i` turns it into one line',
  },
  {
    is: /[="]|^(no-|restrict|cert-authority|port-|agent-|pty|user-rc|x11-)/i,
    fault: 'options stand before its type',
  },
  { is: /^$/, fault: 'a blank stands before its type' },
];

function ed25519(reader: Reader): number {
  const { length } = reader.string();
  if (length !== 32) throw new Fault(`its body holds ${length} bytes of key; 32 belong there`);
  return 256;
}

function ecdsa(reader: Reader, type: string): number {
  const wanted = type.split('-').at(-1)!;
  const named = reader.text();
  if (named !== wanted) throw new Fault(`its body is on the curve \`${plain(named)}\`, not on ${wanted}`);
  const { name, bits } = CURVES[wanted]!;
  try {
    ECDH.convertKey(reader.string(), name, undefined, undefined, 'uncompressed');
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`its point does not lie on ${wanted}`);
  }
  return bits;
}

function rsa(reader: Reader): number {
  const [exponent, modulus] = [reader.number(), reader.number()];
  const bits = modulus.toString(2).length;
  if (bits < RSA_BITS_MIN) throw new Fault(`it has ${bits} bits; ${RSA_BITS_MIN} are needed`);
  if (bits > RSA_BITS_MAX) throw new Fault(`it has ${bits} bits; sshd reads ${RSA_BITS_MAX}`);
  if (exponent < 3n || exponent % 2n === 0n || modulus % 2n === 0n)
    throw new Fault('its numbers are no RSA key');
  return bits;
}

function application(reader: Reader, bits: number): number {
  if (reader.text() === '') throw new Fault('its body names no application of the security key');
  return bits;
}

class Fault extends Error {}

/** Strings of SSH: four bytes of length, then so many bytes. @see https://www.rfc-editor.org/rfc/rfc4251#section-5 */
class Reader {
  #at = 0;
  readonly #bytes: Buffer;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  get left(): number {
    return this.#bytes.length - this.#at;
  }
  string(): Buffer {
    const length = this.left < 4 ? undefined : this.#bytes.readUInt32BE(this.#at);
    if (length === undefined || this.left < 4 + length) {
      throw new Fault(
        `its body is cut off: ${length === undefined ? 'a part' : `${length + 4 - this.left} bytes`} of it ${length === undefined ? 'is' : 'are'} missing`,
      );
    }
    const start = this.#at + 4;
    this.#at = start + length;
    return this.#bytes.subarray(start, this.#at);
  }
  text(): string {
    return this.string().toString('latin1');
  }
  /** A positive number, without zero bytes before it but one that keeps it positive. */
  number(): bigint {
    const bytes = this.string();
    const [first = 0, second = 0] = bytes;
    if (bytes.length === 0 || first >= 0x80 || (first === 0 && second < 0x80))
      throw new Fault('its numbers are no RSA key');
    return BigInt(`0x${bytes.toString('hex')}`);
  }
}

const plain = (text: string): string =>
  text
    .slice(0, 40)
    .replaceAll(/[^ -~]/g, '?')
    .replaceAll('`', "'");

import { createHash, randomBytes } from 'node:crypto';

/** A secret that nobody guesses: 256 bits, fit for cookies and addresses. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is kept of a secret. It has 256 random bits, so that a fast digest cannot be turned around. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

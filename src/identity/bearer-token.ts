/*
 * Tokens of this program's own: 256 random bits, of which only a hash is kept. A plain SHA-256 is enough for that, because
 * such a token cannot be guessed however fast guesses are checked; slow hashes are for passwords, which can.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What is kept of a token. */
export interface StoredToken {
  readonly name: string;
  /** Of the whole token, in hexadecimal digits. */
  readonly sha256: string;
  readonly created: string;
}

/** Makes a token. Its prefix lets tools that look for leaked secrets find it. */
export function mintToken(name: string): { readonly token: string; readonly stored: StoredToken } {
  const token = `ldm_${randomBytes(32).toString('base64url')}`;
  const sha256 = digest(token).toString('hex');
  return { token, stored: { name, sha256, created: new Date().toISOString() } };
}

/** The stored token that this is, if any. Takes the same time wherever it stands and whatever differs. */
export function findToken(tokens: readonly StoredToken[], presented: string): StoredToken | undefined {
  const hash = digest(presented);
  let found: StoredToken | undefined;
  for (const stored of tokens) {
    if (timingSafeEqual(hash, Buffer.from(stored.sha256, 'hex'))) found = stored;
  }
  return found;
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

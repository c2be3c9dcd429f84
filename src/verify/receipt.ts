/*
 * Receipts as they are handed out: signed where a key is configured, so that somebody else can tell that this server gave
 * them. What is signed is the receipt as JSON with its fields in the order of their names and nothing between them.
 */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { everyOf } from '../core/every-of.ts';
import { parseJson } from '../core/parse-json.ts';
import { sha256 } from '../core/sha256.ts';
import { isObject } from '../core/is-object.ts';
import { otherKernels } from '../lean/toolchain.ts';
import { judgeRefusals } from './verdict-line.ts';
import { verdicts, type Receipt, type RefusalReason, type UndecidedReason } from './verification.ts';

export interface ReceiptSignature {
  readonly algorithm: 'ed25519';
  /** SHA-256 of the public key's SPKI form. */
  readonly key_id: string;
  /** In base64. */
  readonly value: string;
}

export type SignedReceipt = Receipt & { readonly signature?: ReceiptSignature };

const hexDigest = z.string().regex(/^[\da-f]{64}$/);
const names = z.array(z.string());
const reasons = everyOf<RefusalReason | UndecidedReason>()(
  'does-not-compile',
  ...judgeRefusals,
  'time-limit',
  'memory-limit',
  'export-too-large',
  'judge-failed',
  'sandbox-failed',
  'unsound-kernel',
  'kernels-disagree',
);

/** A receipt as it is written down. */
const receiptSchema = z.strictObject({
  format: z.literal(1),
  verdict: z.enum(verdicts),
  reason: z.enum(reasons).exactOptional(),
  theorem_names: names,
  holes: names,
  allowed_axioms: names,
  axioms: names.exactOptional(),
  statement_sha256: hexDigest,
  submission_sha256: hexDigest,
  statement_files_sha256: hexDigest.exactOptional(),
  submission_files_sha256: hexDigest.exactOptional(),
  statement_export_sha256: hexDigest.exactOptional(),
  submission_export_sha256: hexDigest.exactOptional(),
  image_id: z.string(),
  lean: z.strictObject({ version: z.string(), githash: z.string().exactOptional() }),
  checker_version: z.string(),
  kernels: z.array(z.enum(otherKernels)).exactOptional(),
  adversary_proof: z.boolean(),
  kernel_bugs: names,
  time: z.iso.datetime(),
  signature: z.strictObject({ algorithm: z.literal('ed25519'), key_id: hexDigest, value: z.base64() }).exactOptional(),
}) satisfies z.ZodType<SignedReceipt>;

/** Signs with one key. */
export class ReceiptSigner {
  readonly #key: KeyObject;
  readonly #publicKey: KeyObject;

  /**
   * @param pem an Ed25519 private key in PEM form, as `openssl genpkey -algorithm ed25519` makes it
   * @throws AppError `config-invalid`
   */
  constructor(pem: string) {
    try {
      this.#key = createPrivateKey(pem);
    } catch (error) {
      throw unusableKey(messageOf(error));
    }
    if (this.#key.asymmetricKeyType !== 'ed25519')
      throw unusableKey(`it is of type ${this.#key.asymmetricKeyType ?? ''}`);
    this.#publicKey = createPublicKey(this.#key);
  }

  /** The public key in PEM form, which others need to check signatures. */
  get publicKey(): string {
    return this.#publicKey.export({ type: 'spki', format: 'pem' }).toString();
  }

  sign(receipt: Receipt): SignedReceipt {
    const value = sign(null, signedBytes(receipt), this.#key).toString('base64');
    return { ...receipt, signature: { algorithm: 'ed25519', key_id: keyId(this.#publicKey), value } };
  }
}

/**
 * Whether a receipt was signed with the private half of a key.
 *
 * @throws AppError `usage` when that is no public key
 */
function isSignedBy({ signature, ...receipt }: SignedReceipt, publicKeyPem: string): boolean {
  if (signature === undefined) return false;
  const key = readPublicKey(publicKeyPem);
  return (
    signature.key_id === keyId(key) && verify(null, signedBytes(receipt), key, Buffer.from(signature.value, 'base64'))
  );
}

function readPublicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new AppError(failures.usage.publicKey, `That is no public key: ${messageOf(error)}`);
  }
}

function signedBytes(receipt: Receipt): Buffer {
  return Buffer.from(JSON.stringify(inOrder(receipt)));
}

function inOrder(value: unknown): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, field]) => [name, inOrder(field)]));
}

function keyId(key: KeyObject): string {
  return sha256(key.export({ type: 'spki', format: 'der' }));
}

function unusableKey(problem: string): AppError {
  return new AppError(
    failures['config-invalid'].signingKeyOfOtherKind,
    `verify.signing_key is no Ed25519 private key: ${problem}.`,
  );
}

/**
 * Reads a receipt, or a result with one in it.
 *
 * @throws AppError `usage`
 */
export function parseReceipt(text: string): SignedReceipt {
  const whole = parseJson(text);
  const inResult = resultSchema.safeParse(whole);
  const { success, data, error } = receiptSchema.safeParse(inResult.success ? inResult.data.results[0].receipt : whole);
  if (success) return data;
  throw new AppError(failures.usage.receipt, `That is no receipt: ${z.prettifyError(error)}`);
}

const resultSchema = z.looseObject({ results: z.tuple([z.looseObject({ receipt: z.unknown() })]) });

/** What is known of a receipt's signature, in words. @param publicKey absent when none is at hand */
export function signatureOf(
  receipt: SignedReceipt,
  publicKey: string | undefined,
): { readonly description: string; readonly isWrong: boolean } {
  const { signature } = receipt;
  if (signature === undefined) {
    return { description: 'none', isWrong: publicKey !== undefined };
  }
  if (publicKey === undefined) {
    return {
      description: `not checked: give --public-key FILE (key ${signature.key_id.slice(0, 16)})`,
      isWrong: false,
    };
  }
  const isRight = isSignedBy(receipt, publicKey);
  return {
    description: isRight ? 'right' : 'WRONG: this receipt was changed, or signed with another key',
    isWrong: !isRight,
  };
}

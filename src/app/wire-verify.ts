import { readFile } from 'node:fs/promises';
import type { Settings } from '../config/schema.ts';
import { AppError, messageOf } from '../core/app-error.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { ImportPolicy } from '../lean/source/import-policy.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { ReceiptSigner } from '../verify/receipt.ts';
import { Verifier } from '../verify/verifier.ts';
import { VerifierSupply } from '../verify/verifier-supply.ts';

/** What verifying needs, the same for every caller. */
export interface WiredVerifier {
  readonly supply: VerifierSupply;
  readonly verifier: Verifier;
  /** Throws AppError `config-invalid`. */
  readonly signer: () => Promise<ReceiptSigner | undefined>;
}

/** The keeper of a sandbox holds what the judge has not read yet: two exports must fit. */
const mostExport = 30 * 1024 * 1024;

export function wireVerifier(
  { verify, docker }: Pick<Settings, 'verify' | 'docker'>,
  driver: SandboxDriver,
  policy: (launch: LeanLaunch) => ImportPolicy,
  purpose: 'server' | 'command',
  logger: Logger,
): WiredVerifier {
  const supply = new VerifierSupply({
    driver,
    ready: purpose === 'server' && docker.pool_enabled ? verify.ready : 0,
    maxAgeMs: docker.pool_max_age * 1000,
    logger,
  });
  const verifier = new Verifier({
    supply,
    policy,
    maxExport: Math.min(verify.max_export, mostExport),
    trustUnsoundKernels: verify.trust_unsound_kernels,
  });
  let signer: Promise<ReceiptSigner | undefined> | undefined;
  return {
    supply,
    verifier,
    signer: () =>
      (signer ??= readSigner(verify.signing_key).catch((error: unknown) => {
        signer = undefined;
        throw error;
      })),
  };
}

/** @throws AppError `config-invalid` */
export async function readSigner(file: string | undefined): Promise<ReceiptSigner | undefined> {
  if (file === undefined) return undefined;
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new AppError('config-invalid', `verify.signing_key cannot be read: ${messageOf(error)}`, {
      hint: 'Make a key with `openssl genpkey -algorithm ed25519 -out receipts.pem`, or leave the setting out.',
    });
  });
  return new ReceiptSigner(pem);
}

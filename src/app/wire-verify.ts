import { readFile } from 'node:fs/promises';
import type { Settings } from '../config/schema.ts';
import { AppError, messageOf } from '../core/app-error.ts';
import { Lazy } from '../core/lazy.ts';
import { failures } from '../core/failures/failures.ts';
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
const maxExport = 30 * 1024 * 1024;

export function wireVerifier(
  { verify, docker }: Pick<Settings, 'verify' | 'docker'>,
  driver: SandboxDriver,
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
    maxExport: Math.min(verify.max_export, maxExport),
    trustUnsoundKernels: verify.trust_unsound_kernels,
  });
  const signer = new Lazy(() => readSigner(verify.signing_key));
  return { supply, verifier, signer: () => signer.get() };
}

/** @throws AppError `config-invalid` */
export async function readSigner(file: string | undefined): Promise<ReceiptSigner | undefined> {
  if (file === undefined) return undefined;
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new AppError(
      failures['config-invalid'].signingKeyUnreadable,
      `verify.signing_key cannot be read: ${messageOf(error)}`,
    );
  });
  return new ReceiptSigner(pem);
}

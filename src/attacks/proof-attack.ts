/*
 * Attacks on verify-lean: submissions that would have it say `verified` of what they do not prove. Each is refused for its own
 * reason; another refusal shows nothing.
 */
import type { CallContext } from '../execution/execution-service.ts';
import type { VerifyService } from '../execution/verify-service.ts';
import { isVerified, type RefusalReason } from '../verify/verification.ts';
import { contained, notCarriedOut, notContained, type Judgement } from './attack.ts';

/** A cheat. */
export interface ProofAttack {
  /** The letter V, and the number of the cheat where it is known by one. */
  readonly id: string;
  /** What is tried, in a few words. */
  readonly tried: string;
  readonly statement: string;
  readonly submission: string;
  readonly refusedFor: RefusalReason;
}

const timeoutMs = 120_000;

/** Has it verified. Throws what {@link VerifyService.verify} throws. */
export async function tryCheat(
  { statement, submission, refusedFor }: ProofAttack,
  service: VerifyService,
  signal: AbortSignal,
): Promise<Judgement> {
  const context: CallContext = { signal, onProgress: () => undefined };
  const request = { statement, submissions: [{ text: submission }], timeoutMs };
  const { verifications } = await service.verify(request, context);
  const [verification] = verifications;
  if (verification === undefined) return notCarriedOut('nothing was said of it');
  const { verdict, reason = 'no reason', message = '' } = verification;
  if (isVerified(verification)) return notContained(`it is ${verdict}`);
  const happened = `${verdict} (${reason})`;
  return reason === refusedFor ? contained(happened) : notCarriedOut(`${happened}: ${message}`);
}

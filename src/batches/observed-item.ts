import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from '../core/ids.ts';
import type { CallEnded, Telemetry } from '../telemetry/telemetry.ts';
import { verdictOf, type BatchItem, type ItemResult } from './batch-item.ts';

/** What items are called among calls of tools. */
const itemCall = 'batch-item';

/** Checks an item, and tells observers of it as of any call. */
export async function observeItem(
  { code }: BatchItem,
  { principal, telemetry }: { readonly principal: Principal; readonly telemetry: Telemetry },
  check: () => Promise<ItemResult>,
): Promise<ItemResult> {
  const callId = randomBytes(8).toString('hex');
  const startedAt = new Date();
  const clock = performance.now();
  const ended = (facts: Pick<CallEnded, 'outcome' | 'error' | 'phases' | 'coldStart'>): void => {
    telemetry.emit({
      kind: 'call-ended',
      callId,
      principal,
      tool: itemCall,
      startedAt,
      durationMs: performance.now() - clock,
      requestId: telemetry.requestId,
      texts: [
        { name: 'code', sha256: createHash('sha256').update(code).digest('hex'), bytes: Buffer.byteLength(code) },
      ],
      ...facts,
    });
  };
  return await telemetry.within({ call: callId }, async () => {
    telemetry.emit({ kind: 'call-began', callId, tool: itemCall });
    try {
      const result = await check();
      ended(factsOf(result));
      return result;
    } catch (error) {
      ended({ outcome: 'cancelled', coldStart: false });
      throw error;
    }
  });
}

function factsOf({ end }: ItemResult): Pick<CallEnded, 'outcome' | 'error' | 'phases' | 'coldStart'> {
  if (end.kind === 'not-checked') return { outcome: 'failed', error: end.error.code, coldStart: false };
  const { outcome, timings } = end.result;
  const { queue, sandbox, elaborate, run, coldStart = false } = timings;
  const completed = verdictOf(end) === 'accepted' ? 'success' : 'rejected';
  return {
    outcome: outcome === 'completed' ? completed : outcome,
    phases: { queue, sandbox, elaborate, run },
    coldStart,
  };
}

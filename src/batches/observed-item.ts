import { callOutcomeOf } from '../execution/execution-service.ts';
import { beginCall, callText, toldTimes, type CallOrigin, type CallReport } from '../telemetry/telemetry.ts';
import type { BatchItem, ItemResult } from './batch-item.ts';

/** What items are called among calls of tools. */
const itemCall = 'batch-item';

/** Checks an item, and tells observers of it as of any call. */
export async function observeItem(
  { code }: BatchItem,
  origin: CallOrigin,
  check: () => Promise<ItemResult>,
): Promise<ItemResult> {
  const { callId, ended } = beginCall(itemCall, origin);
  const texts = [callText('code', code)];
  return await origin.telemetry.within({ call: callId }, async () => {
    try {
      const result = await check();
      ended({ texts, ...reportOf(result) });
      return result;
    } catch (error) {
      ended({ texts, outcome: 'cancelled', coldStart: false });
      throw error;
    }
  });
}

function reportOf({ end }: ItemResult): Omit<CallReport, 'texts'> {
  if (end.kind === 'not-checked') return { outcome: 'failed', error: end.error.code, coldStart: false };
  const { environment, timings } = end.result;
  return {
    outcome: callOutcomeOf(end.result),
    ...(environment !== undefined && { environment }),
    ...toldTimes(timings),
  };
}

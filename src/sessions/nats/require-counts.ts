import { setTimeout as pause } from 'node:timers/promises';
import type { KV } from '@nats-io/kv';
import type { SessionId } from '../../core/ids.ts';
import { sessionChanged } from '../session-store.ts';

/** How often a head is read back, and how long between, in milliseconds. */
const maxTries = 20;
const restMs = 100;
/** What is written behind a head, for its place in the order alone. */
const lastWriting = 'last-writing';

/**
 * Sees that the head that was written is the one that counts. Several servers of NATS 2.9 compare the revision before they
 * agree on an order: of two that write at once, both can be told that they were first. Whatever passed the comparison before
 * this head was there is in order before what is written now, so behind that it is certain which of them counts.
 *
 * @throws AppError `session-changed` when it is another one; what the servers say
 */
export async function requireCounts(
  bucket: Pick<KV, 'put' | 'get'>,
  key: string,
  id: SessionId,
  revision: number,
): Promise<void> {
  await bucket.put(lastWriting, '');
  for (let tries = 1; ; tries += 1) {
    const now = await bucket.get(key);
    if (now !== null && now.revision >= revision) {
      if (now.revision === revision) return;
      throw sessionChanged(id);
    }
    // A server that leads since a moment may not have caught up.
    if (tries === maxTries) throw new Error('its head cannot be read back');
    await pause(restMs);
  }
}

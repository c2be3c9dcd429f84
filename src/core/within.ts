import { withResolvers } from './with-resolvers.ts';

/**
 * Waits for work, but no longer than so many milliseconds; the work itself goes on. Waiting keeps no process from ending.
 *
 * @returns what came of it; `undefined` when that takes longer
 * @throws what the work throws
 */
export async function within<Value>(
  work: Promise<Value>,
  limitMs: number,
): Promise<{ readonly value: Value } | undefined> {
  const { promise: late, resolve } = withResolvers<undefined>();
  const timer = setTimeout(resolve, limitMs, undefined).unref();
  try {
    return await Promise.race([work.then((value) => ({ value })), late]);
  } finally {
    clearTimeout(timer);
  }
}

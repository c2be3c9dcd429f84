/** An answer that is asked for once, and then given again to everybody until it is this old, in milliseconds. */
export function remembered<Value>(ask: () => Promise<Value>, maxAgeMs: number): () => Promise<Value> {
  let answer: Promise<Value> | undefined;
  return async () => {
    answer ??= ask().finally(() => {
      setTimeout(() => (answer = undefined), maxAgeMs).unref();
    });
    return await answer;
  };
}

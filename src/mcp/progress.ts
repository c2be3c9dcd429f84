import type { ServerContext } from '@modelcontextprotocol/server';
import type { CallContext, CallProgress } from '../execution/execution-service.ts';

/** Clients give up when they hear nothing for a while, some after 60 s; this is well below. */
const heartbeatMs = 8000;
/** Between two notifications on progress, so that a fast elaboration does not flood the client. */
const shortestPauseMs = 250;

/** How much the number grows when there is nothing new: the protocol wants it to grow with every notification. */
const smallStep = 1e-6;

/**
 * Does work with a context that reports progress to the client: what the work says, at most every quarter of a second and
 * then the latest of it, and that again every 8 s. Parts of many that are done are told without exception, several in one
 * notification where they come faster. Nothing is sent to clients that did not ask for progress.
 */
export async function withHeartbeat<Value>(
  context: ServerContext,
  work: (context: CallContext) => Promise<Value>,
): Promise<Value> {
  const { signal, _meta: meta } = context.mcpReq;
  const token = meta?.progressToken;
  if (token === undefined) return await work({ signal, onProgress: () => undefined });

  let sent = 0;
  let lastSentAt = -Infinity;
  let message = 'Waiting';
  let untold: string[] = [];
  let isTold = Promise.resolve();
  let parts: { readonly done: number; readonly total: number } | undefined;
  let pause: NodeJS.Timeout | undefined;
  const notify = (): void => {
    clearTimeout(pause);
    pause = undefined;
    sent = parts === undefined ? sent + 1 : Math.max(parts.done, sent + smallStep);
    lastSentAt = performance.now();
    const told = untold.length > 0 ? untold.join('\n') : message;
    untold = [];
    const total = parts === undefined ? {} : { total: parts.total };
    isTold = context.mcpReq
      .notify({
        method: 'notifications/progress',
        params: { progressToken: token, progress: sent, ...total, message: told },
      })
      .catch(() => undefined);
  };
  const onProgress = (progress: CallProgress): void => {
    message = progress.message;
    if (progress.phase === 'items') {
      parts = progress;
      untold.push(progress.message);
      message = `${progress.done} of ${progress.total} are done`;
    }
    const left = lastSentAt + shortestPauseMs - performance.now();
    if (left <= 0) notify();
    else pause ??= setTimeout(notify, left);
  };
  const heartbeat = setInterval(notify, heartbeatMs);
  try {
    return await work({ signal, onProgress });
  } finally {
    clearInterval(heartbeat);
    clearTimeout(pause);
    if (untold.length > 0) notify();
    // What is told behind the result finds nobody who listens.
    await isTold;
  }
}

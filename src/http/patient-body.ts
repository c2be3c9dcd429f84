import { abortable } from '../core/abortable.ts';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';

/** How long a sender may be silent while it is listened to, in milliseconds. */
const maxSilenceMs = 60_000;

/**
 * The body of a request that may take any time to arrive. Time in which nobody asks for the next piece is not its sender's;
 * one who is silent for too long while it is listened to is given up.
 *
 * @throws AppError `usage` for a sender that is silent; the signal's reason
 */
export async function* patientBody(
  { body }: Request,
  signal: AbortSignal,
  silenceMs = maxSilenceMs,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const silence = new AbortController();
      const timer = setTimeout(() => {
        silence.abort(new AppError(failures.usage.bodyStalled, `Nothing came for ${silenceMs / 1000} s.`));
      }, silenceMs);
      try {
        const { done, value } = await abortable(abortable(reader.read(), silence.signal), signal);
        if (done) return;
        yield value;
      } finally {
        clearTimeout(timer);
      }
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

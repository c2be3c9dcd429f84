import type { Bytes } from '../core/bytes.ts';

/** How much output is kept, and how much is too much. */
export interface OutputLimits {
  /** Kept of each stream: half of it from the beginning, half from the end. */
  readonly keepBytes: Bytes;
  /** Output after which the process is stopped. */
  readonly stopBytes: Bytes;
}

/** Counts output, and tells when it runs over. */
export function outputGuard(stopBytes: Bytes): {
  readonly count: (bytes: number) => void;
  readonly overflow: () => void;
  readonly overflowed: Promise<void>;
} {
  let seen = 0;
  let overflow: () => void = () => undefined;
  const overflowed = new Promise<void>((resolve) => {
    overflow = resolve;
  });
  const count = (bytes: number): void => {
    seen += bytes;
    if (seen > stopBytes) overflow();
  };
  return { count, overflow, overflowed };
}

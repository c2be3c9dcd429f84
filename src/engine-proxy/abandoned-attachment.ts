import type { Duplex } from 'node:stream';

/** What an attachment is made of. */
export interface Attachment {
  readonly client: Duplex;
  readonly engine: Duplex;
  /** Whether the container runs; rejects when that cannot be told. */
  readonly runs: () => Promise<boolean>;
}

/**
 * Closes an attachment of which nothing will come: its client has ended its side, perhaps by dying, and its container has
 * said nothing and does not run. The engine keeps it open for a container that never starts, even one that is removed. One
 * that has run is left alone: the engine closes its attachment when everything that it said has been read.
 *
 * @param intervalMs how often the container is looked at once the client has ended its side, in milliseconds
 */
export function closeWhenAbandoned({ client, engine, runs }: Attachment, intervalMs: number): void {
  let looking: NodeJS.Timeout | undefined;
  let hasSpoken = false;
  const stop = (): void => {
    clearInterval(looking);
  };
  const look = async (): Promise<void> => {
    if ((await runs().catch(() => true)) || hasSpoken) return;
    client.destroy();
    engine.destroy();
  };
  client.once('end', () => {
    if (!hasSpoken && !engine.destroyed) looking = setInterval(() => void look(), intervalMs);
  });
  engine.once('data', () => {
    hasSpoken = true;
    stop();
  });
  engine.once('close', stop);
}

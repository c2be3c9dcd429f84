import type { Settings } from '../config/schema.ts';
import { Lazy } from '../core/lazy.ts';
import type { SessionId } from '../core/ids.ts';
import type { Revision } from '../sessions/revision.ts';
import type { SessionStore, StoredSession } from '../sessions/session-store.ts';
import type { NatsSessionStore } from '../sessions/nats/nats-session-store.ts';
import type { SessionRecord } from '../sessions/session.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { natsAddress, replicasOf } from './nats-settings.ts';

/** Who calls a tool does not wait for servers that are away, in milliseconds. */
const maxWaitMs = 5000;

/** Sessions on NATS, whose client is loaded and which are connected to when one is first asked for. */
export class SessionsOnNats implements SessionStore, AsyncDisposable {
  readonly isShared = true;
  readonly #store: Lazy<NatsSessionStore>;

  constructor(servers: string, nats: Settings['nats'], logger: Logger) {
    this.#store = new Lazy(async () => {
      const [{ NatsSessionStore: Store }, { connectNats }] = await Promise.all([
        import('../sessions/nats/nats-session-store.ts'),
        import('../nats/connect-nats.ts'),
      ]);
      return new Store({
        connect: () =>
          connectNats(natsAddress(servers, nats), 'lean-docker-mcp sessions', logger, undefined, maxWaitMs),
        prefix: nats.prefix,
        replicas: replicasOf(nats, servers),
      });
    });
  }

  async save(record: SessionRecord, known: Revision | undefined): Promise<Revision> {
    return await (await this.#store.get()).save(record, known);
  }

  async load(id: SessionId): Promise<StoredSession | undefined> {
    return await (await this.#store.get()).load(id);
  }

  async revision(id: SessionId): Promise<Revision | undefined> {
    return await (await this.#store.get()).revision(id);
  }

  async remove(id: SessionId): Promise<void> {
    await (await this.#store.get()).remove(id);
  }

  async removeOlderThan(ageMs: number): Promise<number> {
    return await (await this.#store.get()).removeOlderThan(ageMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#store.pending)?.[Symbol.asyncDispose]();
  }
}

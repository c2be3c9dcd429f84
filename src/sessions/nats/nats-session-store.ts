/*
 * Sessions in a key-value bucket of NATS: a head each, with the list of its steps, and every step under a name of its own that
 * is written once. What counts is the head, which is changed only by who has seen it last; so two servers at once never mix
 * their steps, and what a server leaves that is killed in between is found by nobody.
 */
import { randomBytes } from 'node:crypto';
import { JetStreamApiError } from '@nats-io/jetstream';
import { Kvm, type KV, type KvEntry } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { AppError, messageOf } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { isSessionId, type Principal, type SessionId } from '../../core/ids.ts';
import { Lazy } from '../../core/lazy.ts';
import type { Revision } from '../revision.ts';
import { sessionChanged, type SessionStore, type StoredSession } from '../session-store.ts';
import type { AcceptedStep, SessionRecord } from '../session.ts';
import { fromStored, storedStep, toStored } from '../stored-step.ts';
import { requireCounts } from './require-counts.ts';

export interface NatsSessionStoreOptions {
  /** Connects; asked again when that did not work. */
  readonly connect: () => Promise<NatsConnection>;
  /** What the name of the bucket begins with. */
  readonly prefix: string;
  /** Servers that keep each message. */
  readonly replicas: number;
}

/** Steps that are read or written at a time. */
const stepsAtATime = 32;
/** What the servers say when a message has another revision than the one expected. */
const wrongRevision = 10_071;

const headContent = z.object({
  format: z.literal(1),
  owner: z.string(),
  /** Absent: in the only environment, which has no name. */
  environment: z.string().optional(),
  created: z.iso.datetime(),
  /** Nobody else's: tells a writing from another server's of the same steps. Older servers write none. */
  writing: z.string().optional(),
  /** The names of its steps. */
  steps: z.array(z.string().regex(/^[0-9a-f]+$/)),
});
/** Stands alone: the one before it may go. */
const stepContent = storedStep.required({ header: true });

/** Keeps sessions where every server finds them. Disposing ends the connection. */
export class NatsSessionStore implements SessionStore, AsyncDisposable {
  readonly isShared = true;
  readonly #options: NatsSessionStoreOptions;
  /** The names under which steps are written that this server has. */
  readonly #written = new WeakMap<AcceptedStep, { readonly session: SessionId; readonly name: string }>();
  readonly #opened = new Lazy(() => this.#open());

  constructor(options: NatsSessionStoreOptions) {
    this.#options = options;
  }

  async save(
    { id, owner, environment, createdAt, steps }: SessionRecord,
    known: Revision | undefined,
  ): Promise<Revision> {
    const added: string[] = [];
    try {
      const bucket = await this.#bucket();
      const names = await inTurns(steps, async (step) => {
        const written = this.#written.get(step);
        if (written?.session === id) return written.name;
        const name = newName();
        added.push(name);
        await bucket.put(stepKey(id, name), JSON.stringify(toStored(step, 'version')));
        return name;
      });
      const before = known === undefined ? null : await bucket.get(headKey(id));
      const created = createdAt.toISOString();
      const writing = newName();
      const head: z.input<typeof headContent> = { format: 1, owner, environment, created, writing, steps: names };
      const revision = await writeHead(bucket, id, JSON.stringify(head), known);
      if (known !== undefined && this.#options.replicas > 1)
        await requireCounts(bucket, headKey(id), id, Number(revision));
      for (const [index, step] of steps.entries()) this.#written.set(step, { session: id, name: names[index] ?? '' });
      if (before !== null) await this.#forget(id, before, new Set(names));
      return revision;
    } catch (error) {
      // Whether an answer that never came was a yes nobody knows; what that would need stays.
      const isChanged = isWrongRevision(error) || (error instanceof AppError && error.code === 'session-changed');
      if (isChanged || error instanceof JetStreamApiError) await this.#remove(id, added).catch(() => undefined);
      if (isChanged) throw sessionChanged(id);
      throw new AppError(
        failures['session-not-saved'].natsRefused,
        `Session ${id} could not be written to NATS: ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  async load(id: SessionId): Promise<StoredSession | undefined> {
    if (!isSessionId(id)) return undefined;
    for (;;) {
      const head = await this.#head(id);
      if (head === undefined) return undefined;
      const revision = String(head.revision) as Revision;
      const { owner, environment, created, steps: names } = parse(headContent, head, id);
      const steps = await inTurns(names, (name) => this.#step(id, name));
      const whole = steps.filter((step) => step !== undefined);
      if (whole.length === names.length) {
        const record = { id, owner: owner as Principal, environment, createdAt: new Date(created), steps: whole };
        return { record, revision };
      }
      // Steps go when another server takes them back; then the head is another one, too.
      if ((await this.revision(id)) === revision) throw damaged(id, 'a step of it is missing');
    }
  }

  async revision(id: SessionId): Promise<Revision | undefined> {
    if (!isSessionId(id)) return undefined;
    const head = await this.#head(id);
    return head && (String(head.revision) as Revision);
  }

  async remove(id: SessionId): Promise<void> {
    if (!isSessionId(id)) return;
    await this.#ask(async (bucket) => {
      // First, so that nobody finds it while its steps go.
      await bucket.purge(headKey(id));
      for await (const key of await bucket.keys(`${id}.step.*`)) await bucket.purge(key);
    });
  }

  /** Removes what nobody has changed for this long, in milliseconds. @returns how many sessions */
  async removeOlderThan(ageMs: number): Promise<number> {
    return await this.#ask(async (bucket) => {
      let removed = 0;
      for await (const key of await bucket.keys('*.head')) {
        const entry = await bucket.get(key);
        if (entry === null || Date.now() - entry.created.getTime() <= ageMs) continue;
        await this.remove(key.slice(0, -'.head'.length) as SessionId);
        removed += 1;
      }
      return removed;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await this.#opened.pending?.catch(() => undefined);
    await opened?.connection.close();
  }

  async #bucket(): Promise<KV> {
    return (await this.#opened.get()).bucket;
  }

  async #open(): Promise<{ readonly connection: NatsConnection; readonly bucket: KV }> {
    const { connect, prefix, replicas } = this.#options;
    const connection = await connect();
    try {
      const name = prefix === '' ? 'SESSIONS' : `${prefix}_SESSIONS`;
      // Read from the leader: a server that lags behind would give what is no longer so.
      const bucket = await new Kvm(connection).create(name, { replicas, history: 1, allow_direct: false });
      return { connection, bucket };
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async #head(id: SessionId): Promise<KvEntry | undefined> {
    const entry = await this.#ask((bucket) => bucket.get(headKey(id)));
    return entry === null || entry.operation !== 'PUT' ? undefined : entry;
  }

  async #step(id: SessionId, name: string): Promise<AcceptedStep | undefined> {
    const entry = await this.#ask((bucket) => bucket.get(stepKey(id, name)));
    if (entry === null || entry.operation !== 'PUT') return undefined;
    const step = fromStored(parse(stepContent, entry, id));
    this.#written.set(step, { session: id, name });
    return step;
  }

  /** Removes the steps that a head had and those that count now are not. */
  async #forget(id: SessionId, before: KvEntry, now: ReadonlySet<string>): Promise<void> {
    const { success, data } = headContent.safeParse(readJson(before));
    const dropped = success ? data.steps.filter((name) => !now.has(name)) : [];
    await this.#remove(id, dropped).catch(() => undefined);
  }

  async #remove(id: SessionId, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const bucket = await this.#bucket();
    await inTurns(names, (name) => bucket.purge(stepKey(id, name)));
  }

  async #ask<Value>(work: (bucket: KV) => Promise<Value>): Promise<Value> {
    try {
      return await work(await this.#bucket());
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError(
        failures['queue-unreachable'].sessionsNotReached,
        `The sessions on NATS cannot be reached: ${messageOf(error)}`,
        { cause: error, retryAfterS: 5 },
      );
    }
  }
}

/** @throws what the servers say, or that they say nothing: then it may have been written or not */
async function writeHead(bucket: KV, id: SessionId, head: string, known: Revision | undefined): Promise<Revision> {
  const key = headKey(id);
  try {
    const seq = known === undefined ? await bucket.create(key, head) : await bucket.update(key, head, Number(known));
    return String(seq) as Revision;
  } catch (error) {
    // An answer may get lost, and the question be asked again by the client: the name of a writing is nobody else's.
    const now = await bucket.get(key);
    if (now?.string() !== head) throw error;
    return String(now.revision) as Revision;
  }
}

/** Whether somebody has written since. */
function isWrongRevision(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === wrongRevision;
}

const newName = (): string => randomBytes(8).toString('hex');
const headKey = (id: SessionId): string => `${id}.head`;
const stepKey = (id: SessionId, name: string): string => `${id}.step.${name}`;

/** Does work for each, some at a time. @returns what comes of it, in order */
async function inTurns<Item, Value>(items: readonly Item[], work: (item: Item) => Promise<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for (let start = 0; start < items.length; start += stepsAtATime) {
    values.push(...(await Promise.all(items.slice(start, start + stepsAtATime).map(work))));
  }
  return values;
}

function parse<Schema extends z.ZodType>(schema: Schema, entry: KvEntry, id: SessionId): z.output<Schema> {
  const { success, data, error } = schema.safeParse(readJson(entry));
  if (!success) throw damaged(id, z.prettifyError(error));
  return data;
}

function readJson(entry: KvEntry): unknown {
  try {
    return entry.json();
  } catch {
    return undefined;
  }
}

function damaged(id: SessionId, why: string): AppError {
  return new AppError(failures['session-damaged'].messageDamaged, `Session ${id} on NATS cannot be read: ${why}.`);
}

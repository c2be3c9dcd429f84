/*
 * Messages of a JetStream consumer, asked for by the number that there is room for. The client's own `fetch` waits a second
 * at least when there are fewer; a place of a worker would be empty for as long.
 */
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { nsPerMs } from './times.ts';

/** Which messages. */
export interface PullRequest {
  readonly stream: string;
  readonly consumer: string;
  /** How many at most. */
  readonly count: number;
  /** How long the servers wait for as many, in milliseconds. */
  readonly waitMs: number;
}

/** A message, and what can become of it. */
export interface Delivery {
  readonly data: Uint8Array;
  /** Its number in the stream. */
  readonly seq: number;
  /** How often it was delivered, this time included. */
  readonly attempt: number;
  /** Its number among the deliveries of the consumer. */
  readonly deliverySeq: number;
  /** Messages of the consumer behind it that nobody has been given. */
  readonly pending: number;
  /** It is still being worked on. */
  working(): void;
  /** It shall be delivered again, after so many milliseconds. */
  giveBack(delayMs: number): void;
  /** It is not to be delivered again. */
  drop(): void;
  /** It is done. @returns whether the servers have said that they know that */
  done(timeoutMs: number): Promise<boolean>;
}

/** What the servers need beyond the time that they wait, in milliseconds. */
const slackMs = 5000;
/** There are no, or no more, messages now. */
const noMore = new Set([404, 408]);

/**
 * Asks for messages; ends when as many have come or the servers say that there are no more. Must be read to its end: what is
 * not would be nobody's until its lease has run out.
 *
 * @throws when the servers do not answer, or there is no such consumer
 */
export async function* pull(
  connection: NatsConnection,
  { stream, consumer, count, waitMs }: PullRequest,
): AsyncGenerator<Delivery, void, undefined> {
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  const request = JSON.stringify({ batch: count, expires: waitMs * nsPerMs });
  const options = { noMux: true, strategy: 'count', maxMessages: count, maxWait: waitMs + slackMs } as const;
  let left = count;
  for await (const message of await connection.requestMany(subject, request, options)) {
    const { code, description } = message.headers ?? { code: 0, description: '' };
    if (noMore.has(code)) return;
    if (code > 0) throw new Error(`the servers answer ${code} ${description}`);
    left -= 1;
    yield toDelivery(message, connection);
    if (left === 0) return;
  }
  throw new Error('the servers do not answer');
}

function toDelivery(message: Msg, connection: NatsConnection): Delivery {
  const { data, reply = '' } = message;
  // The number of delivery, the one in the stream, the one of the consumer, a time and what is left end the subject; newer
  // servers put the domain and the account before the stream, and another token behind.
  const tokens = reply.split('.');
  const [attempt = 0, seq = 0, deliverySeq = 0, , pending = 0] = tokens.slice(tokens.length < 11 ? 4 : 6).map(Number);
  return {
    data,
    seq,
    attempt,
    deliverySeq,
    pending,
    working: () => {
      message.respond('+WPI');
    },
    giveBack: (delayMs) => {
      message.respond(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: delayMs * nsPerMs })}` : '-NAK');
    },
    drop: () => {
      message.respond('+TERM');
    },
    done: (timeoutMs) =>
      connection.request(reply, '+ACK', { timeout: timeoutMs }).then(
        () => true,
        () => false,
      ),
  };
}

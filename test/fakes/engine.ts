import { PassThrough, type Readable } from 'node:stream';
import type Docker from 'dockerode';

/** The part of an engine that tells events; the test breaks and mends it. */
export class FakeEngineEvents {
  /** Every event stream that was asked for. */
  readonly streams: PassThrough[] = [];
  /** What the engine was asked to tell. */
  readonly requests: unknown[] = [];
  isDown = false;

  /** Seen as the engine's client. */
  get client(): Docker {
    const getEvents = (request: unknown): Promise<Readable> => {
      this.requests.push(request);
      if (this.isDown) return Promise.reject(new Error('connect ECONNREFUSED'));
      const stream = new PassThrough();
      this.streams.push(stream);
      return Promise.resolve(stream);
    };
    return { getEvents } as unknown as Docker;
  }

  tell(event: object): void {
    this.streams.at(-1)?.write(`${JSON.stringify(event)}\n`);
  }
}

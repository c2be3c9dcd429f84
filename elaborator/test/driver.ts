/*
 * Speaks to an elaborator under its keeper, without a container. For the tests of the elaborator itself; frames and messages
 * are described in docs/elaborator.md.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { keptElaborator } from '../../src/lean/elaborator-keeper.ts';

/** A message of the elaborator. */
export interface ElaboratorEvent {
  readonly event: string;
  readonly id?: number;
  readonly [field: string]: unknown;
}

/** What came out of descriptors 1 and 2: while a text was elaborated, and while its program ran. */
export interface Output {
  stdout: string;
  stderr: string;
  programStdout: string;
  programStderr: string;
}

/** What an answer consisted of. */
export interface Answer {
  readonly events: readonly ElaboratorEvent[];
  readonly output: Output;
  /** `exit CODE` or `signal NUMBER`, when the process ended with this answer. */
  readonly end?: string;
}

const outputs = { O: 'stdout', E: 'stderr', o: 'programStdout', e: 'programStderr' } as const;
const noOutput = (): Output => ({ stdout: '', stderr: '', programStdout: '', programStderr: '' });
/** Events after which no other belongs to the same request. */
const last = new Set(['done', 'refused']);
const lastOfPreparing = new Set(['prepared', 'refused']);

/** An elaborator that runs, and what has come from it. */
export class Elaborator implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #key = randomBytes(8);
  readonly #ended: Promise<void>;
  #frames = Buffer.alloc(0);
  #channel = Buffer.alloc(0);
  #events: ElaboratorEvent[] = [];
  #output = noOutput();
  #end: string | undefined;
  #nextId = 1;
  #wake: () => void = () => undefined;

  /** @param command the elaborator's command line, without its descriptors */
  constructor(command: readonly string[], env: NodeJS.ProcessEnv, cwd: string) {
    const [file = '', ...args] = keptElaborator(command);
    this.#process = spawn(file, args, { env, cwd, stdio: 'pipe' });
    this.#process.stdin.on('error', () => undefined);
    this.#process.stderr.on('data', (bytes: Buffer) => process.stderr.write(bytes));
    this.#process.stdout.on('data', (bytes: Buffer) => {
      this.#frames = Buffer.concat([this.#frames, bytes]);
      this.#readFrames();
      this.#wake();
    });
    this.#ended = new Promise((resolve) => {
      this.#process.once('close', () => {
        this.#end ??= 'lost';
        this.#wake();
        resolve();
      });
    });
    this.#process.stdin.write(this.#key);
  }

  /** Resolves with the first message. */
  async greeting(): Promise<ElaboratorEvent> {
    const { events, end } = await this.#until(({ event }) => event === 'hello');
    const [hello] = events;
    if (hello === undefined) throw new Error(`The elaborator said nothing: ${end ?? ''}`);
    return hello;
  }

  /** Sends a request and waits for all of its answer, or for the end of the process. */
  async ask(request: Readonly<Record<string, unknown>>): Promise<Answer> {
    const id = this.send(request);
    const ends = request['do'] === 'prepare' ? lastOfPreparing : last;
    const answer = await this.#until((event) => (event.id === id || event.id === undefined) && ends.has(event.event));
    return { ...answer, events: answer.events.filter(({ event }) => event !== 'hello') };
  }

  /** Sends a request, and returns its id. */
  send(request: Readonly<Record<string, unknown>>): number {
    const id = this.#nextId;
    this.#nextId += 1;
    const body = Buffer.from(JSON.stringify({ id, ...request }));
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    this.#process.stdin.write(Buffer.concat([head, body]));
    return id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
  }

  async #until(isLast: (event: ElaboratorEvent) => boolean): Promise<Answer> {
    const events: ElaboratorEvent[] = [];
    for (;;) {
      const event = this.#events.shift();
      if (event === undefined && this.#end !== undefined) return { ...this.#taken(events), end: this.#end };
      if (event === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      events.push(event);
      if (isLast(event)) return this.#taken(events);
    }
  }

  #taken(events: readonly ElaboratorEvent[]): Answer {
    const output = this.#output;
    this.#output = noOutput();
    return { events, output };
  }

  #readFrames(): void {
    while (this.#frames.length >= 5) {
      const size = this.#frames.readUInt32BE(1);
      if (this.#frames.length < 5 + size) return;
      const letter = this.#frames.toString('latin1', 0, 1);
      const payload = this.#frames.subarray(5, 5 + size);
      this.#frames = this.#frames.subarray(5 + size);
      if (letter === 'A') this.#readAnswers(payload);
      else if (letter === 'X') this.#end = payload.toString().replace(/ oom-kills \d+$/, '');
      else if (letter in outputs) this.#output[outputs[letter as keyof typeof outputs]] += payload.toString();
      else throw new Error(`no frame of the keeper's: ${JSON.stringify(letter)}`);
    }
  }

  #readAnswers(bytes: Buffer): void {
    this.#channel = Buffer.concat([this.#channel, bytes]);
    while (this.#channel.length >= 12) {
      if (!this.#channel.subarray(0, 8).equals(this.#key)) throw new Error('garbled: a frame without the key');
      const size = this.#channel.readUInt32BE(8);
      if (this.#channel.length < 12 + size) return;
      this.#events.push(JSON.parse(this.#channel.toString('utf8', 12, 12 + size)) as ElaboratorEvent);
      this.#channel = this.#channel.subarray(12 + size);
    }
  }
}

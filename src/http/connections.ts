import type { Socket } from 'node:net';

/**
 * Bounds how many connections are open, without letting those who only connect keep everybody else out: a new connection is
 * always taken while one is open on which no known caller is being served, and the oldest of those makes room for it.
 * Connections of known callers that wait for their next request go last: not before the others are down to one half.
 */
export class Connections {
  readonly #limit: number;
  /** Nobody known has asked anything on them; the longest quiet first. */
  readonly #strangers = new Set<Socket>();
  /** Known callers may ask something else on them; the longest idle first. */
  readonly #idle = new Set<Socket>();
  /** A known caller waits for an answer on them. */
  readonly #serving = new Set<Socket>();

  /** @param limit how many may be open at a time */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#strangers.size + this.#idle.size + this.#serving.size;
  }

  /** Takes a new connection, or closes it when there is no room and none can be made. */
  add(socket: Socket): void {
    if (this.size >= this.#limit) {
      const oldest = this.#oldest();
      (oldest ?? socket).destroy();
      if (oldest === undefined) return;
      this.#forget(oldest);
    }
    this.#strangers.add(socket);
    socket.once('close', () => {
      this.#forget(socket);
    });
  }

  /** The caller of the request that is being served on it has turned out to be known. */
  callerIsKnown(socket: Socket): void {
    if (this.#forget(socket)) this.#serving.add(socket);
  }

  /** A request on it has been answered. */
  answered(socket: Socket): void {
    const wasKnown = this.#serving.has(socket) || this.#idle.has(socket);
    if (this.#forget(socket)) (wasKnown ? this.#idle : this.#strangers).add(socket);
  }

  #oldest(): Socket | undefined {
    const areStrangersMany = this.#strangers.size > this.#limit / 2 || this.#idle.size === 0;
    const [oldest] = areStrangersMany ? this.#strangers : this.#idle;
    return oldest;
  }

  /** @returns whether it was known of */
  #forget(socket: Socket): boolean {
    return [this.#strangers, this.#idle, this.#serving].filter((sockets) => sockets.delete(socket)).length > 0;
  }
}

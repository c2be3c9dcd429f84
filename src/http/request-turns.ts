/*
 * Requests that are sent on a connection before those ahead of them are answered (pipelining). Node hands on each of them as
 * soon as its headers are there, but ties only the one whose turn it is to the connection: the others never hear that it was
 * closed. So each is begun when it is its turn and no earlier, few may wait, and those that wait are forgotten with their
 * connection.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export type RequestHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** No client of the protocol lets any wait; a connection with more of them is closed. */
const maxWaiting = 8;

/** @param begin is called with each request in its turn; its response then emits `close`, whatever happens */
export function inTurn(begin: RequestHandler): RequestHandler {
  /** Those that wait behind the one that is being answered; without an entry there is none. */
  const lines = new WeakMap<Socket, Parameters<RequestHandler>[]>();
  const next = (socket: Socket): void => {
    const following = lines.get(socket)?.shift();
    if (following === undefined) lines.delete(socket);
    else serve(socket, ...following);
  };
  const serve = (socket: Socket, ...request: Parameters<RequestHandler>): void => {
    // What is still read from a connection that is being closed is not begun.
    if (socket.destroyed || socket.writableEnded) return;
    request[1].once('close', () => {
      next(socket);
    });
    begin(...request);
  };
  return (incoming, outgoing) => {
    const { socket } = incoming;
    const line = lines.get(socket);
    if (line === undefined) {
      lines.set(socket, []);
      serve(socket, incoming, outgoing);
    } else if (line.length < maxWaiting) line.push([incoming, outgoing]);
    else socket.destroy();
  };
}

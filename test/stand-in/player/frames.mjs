/** JSON-RPC messages with a `Content-Length` header, on file descriptors 0 and 1. */
import { writeSync } from 'node:fs';

/** Writes all of it before it returns, so that nothing is lost when the process is killed right after. */
export function writeAll(fd, data) {
  const bytes = Buffer.from(data);
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (problem) {
      if (problem.code !== 'EAGAIN') process.exit(1);
    }
  }
}

/** @param {object} message */
export function send(message) {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  writeAll(1, `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** The messages on stdin; throws at a header that it cannot read. */
export async function* receive() {
  let rest = Buffer.alloc(0);
  for await (const chunk of process.stdin) {
    rest = Buffer.concat([rest, chunk]);
    for (let end; (end = rest.indexOf('\r\n\r\n')) >= 0;) {
      const length = /^Content-Length: (\d+)$/m.exec(rest.subarray(0, end).toString())?.[1];
      if (length === undefined) throw new Error('Cannot read LSP message: no Content-Length');
      if (rest.length < end + 4 + Number(length)) break;
      yield JSON.parse(rest.subarray(end + 4, end + 4 + Number(length)).toString());
      rest = rest.subarray(end + 4 + Number(length));
    }
  }
}

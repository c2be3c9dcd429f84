/** Takes what comes from a stream. Resolves when that has ended, or was closed. */
export function consume(stream: NodeJS.ReadableStream, onBytes: (bytes: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    stream.on('data', onBytes).once('end', resolve).once('close', resolve);
  });
}

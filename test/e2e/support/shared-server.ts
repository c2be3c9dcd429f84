import { afterAll, beforeAll } from 'vitest';
import { connect, type ServerOptions, type TestServer } from './server.ts';

/** One server for all tests around; they get it by calling what is returned. */
export function sharedServer(options: ServerOptions = {}): () => TestServer {
  let server: TestServer | undefined;
  beforeAll(async () => {
    server = await connect(options);
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
  });
  return () => {
    if (server === undefined) throw new Error('the server is there only while tests run');
    return server;
  };
}

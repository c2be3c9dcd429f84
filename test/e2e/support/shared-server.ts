import { shared } from '../../support/shared.ts';
import { connect, type ServerOptions, type TestServer } from './server.ts';

/** One server for all tests around; they get it by calling what is returned. */
export function sharedServer(options: ServerOptions = {}): () => TestServer {
  return shared(() => connect(options));
}

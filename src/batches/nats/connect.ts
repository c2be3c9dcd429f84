import { readFile } from 'node:fs/promises';
import {
  connect,
  credsAuthenticator,
  usernamePasswordAuthenticator,
  type NatsConnection,
} from '@nats-io/transport-node';
import { AppError, messageOf } from '../../core/app-error.ts';
import type { Logger } from '../../telemetry/telemetry.ts';

/** Where the queue is. */
export interface NatsAddress {
  /** `nats://[user:password@]host[:port]`, several with commas. */
  readonly servers: string;
  /** A file with a JWT and its key, as `nsc` writes it. */
  readonly credentialsFile?: string | undefined;
  /** A file with the certificates of who may speak for the servers; without it the connection is not encrypted. */
  readonly caFile?: string | undefined;
}

/** Between two attempts to connect again, in milliseconds. */
const reconnectMs = 200;

/** @throws AppError `queue-unreachable`, `usage` */
export async function connectNats(address: NatsAddress, name: string, logger: Logger): Promise<NatsConnection> {
  const urls = address.servers.split(',').map((text) => toUrl(text.trim()));
  const user = urls.find(({ username }) => username !== '');
  const { credentialsFile, caFile } = address;
  try {
    const connection = await connect({
      name,
      servers: urls.map(({ host }) => host),
      reconnectTimeWait: reconnectMs,
      maxReconnectAttempts: -1,
      ...(credentialsFile !== undefined && { authenticator: credsAuthenticator(await readFile(credentialsFile)) }),
      ...(credentialsFile === undefined &&
        user !== undefined && {
          authenticator: usernamePasswordAuthenticator(
            decodeURIComponent(user.username),
            decodeURIComponent(user.password),
          ),
        }),
      ...(caFile !== undefined && { tls: { caFile } }),
    });
    void tellStatus(connection, logger);
    return connection;
  } catch (error) {
    throw new AppError('queue-unreachable', `The queue at ${urls.map(({ host }) => host).join(', ')} does not answer: ${messageOf(error)}`, {
      cause: error,
      hint: 'Is nats-server running there, with JetStream, and may this server connect to it?',
    });
  }
}

function toUrl(text: string): URL {
  if (/^(?:nats|tls):\/\/\S+$/.test(text) && URL.canParse(text)) return new URL(text);
  throw new AppError('usage', `${JSON.stringify(text)} is no address of a queue.`, {
    hint: 'Give nats://HOST:PORT, several of one cluster with commas.',
  });
}

async function tellStatus(connection: NatsConnection, logger: Logger): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === 'disconnect') logger.warn('The connection to the queue is cut');
    else if (type === 'reconnect') logger.info('Connected to the queue again', { server: connection.getServer() });
  }
}

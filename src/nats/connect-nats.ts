import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import {
  connect,
  credsAuthenticator,
  usernamePasswordAuthenticator,
  type ConnectionOptions,
  type NatsConnection,
} from '@nats-io/transport-node';
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { Logger } from '../telemetry/telemetry.ts';

/** Where servers of NATS are, and how to come in. */
export interface NatsAddress {
  /** `nats://[user:password@]host[:port]`, several of one cluster with commas. */
  readonly servers: string;
  /** A file with a JWT and its key, as `nsc` writes it. */
  readonly credentialsFile?: string | undefined;
  /** A file with the certificates of who may speak for the servers; with it, or with `tls://`, the connection is encrypted. */
  readonly caFile?: string | undefined;
}

/** Between two attempts to connect again, in milliseconds. */
const reconnectMs = 200;
/**
 * A server whose machine is gone says nothing, and its connection looks as ever: it is asked so often, in milliseconds, and
 * taken for gone when it owes so many answers. Then another one is asked.
 */
const pingMs = 5000;
const maxUnanswered = 2;
/** Servers that are started together with this one may need so long until they answer, in milliseconds. */
const maxFirstWaitMs = 30_000;
const firstPauseMs = 500;

/**
 * Connects, and again whenever the connection is lost. Waits for servers that do not answer yet.
 *
 * @param name what the servers are told that this is
 * @throws AppError `queue-unreachable`, `usage`; the signal's reason
 */
export async function connectNats(
  address: NatsAddress,
  name: string,
  logger: Logger,
  signal?: AbortSignal,
  maxWaitMs = maxFirstWaitMs,
): Promise<NatsConnection> {
  const urls = address.servers.split(',').map((text) => toUrl(text.trim()));
  const options = await optionsOf(address, urls, name);
  const until = performance.now() + maxWaitMs;
  for (let tries = 1; ; tries += 1) {
    try {
      const connection = await connect(options);
      void tellStatus(connection, logger);
      return connection;
    } catch (error) {
      const where = urls.map(({ host }) => host).join(', ');
      if (performance.now() > until) {
        throw new AppError(
          failures['queue-unreachable'].natsSilent,
          `NATS at ${where} does not answer: ${messageOf(error)}`,
          { cause: error },
        );
      }
      if (tries === 1) logger.warn('NATS does not answer yet', { servers: where, error: messageOf(error) });
      await pause(firstPauseMs, undefined, signal && { signal });
    }
  }
}

async function optionsOf(
  { credentialsFile, caFile }: NatsAddress,
  urls: readonly URL[],
  name: string,
): Promise<ConnectionOptions> {
  const user = urls.find(({ username }) => username !== '');
  const isEncrypted = caFile !== undefined || urls.some(({ protocol }) => protocol === 'tls:');
  return {
    name,
    servers: urls.map(({ host }) => host),
    reconnectTimeWait: reconnectMs,
    maxReconnectAttempts: -1,
    pingInterval: pingMs,
    maxPingOut: maxUnanswered,
    ...(isEncrypted && { tls: caFile === undefined ? {} : { caFile } }),
    ...(user && {
      authenticator: usernamePasswordAuthenticator(
        decodeURIComponent(user.username),
        decodeURIComponent(user.password),
      ),
    }),
    ...(credentialsFile !== undefined && { authenticator: credsAuthenticator(await readCredentials(credentialsFile)) }),
  };
}

async function readCredentials(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new AppError(
      failures['config-invalid'].credentialsUnreadable,
      `The credentials for NATS cannot be read: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function toUrl(text: string): URL {
  if (/^(?:nats|tls):\/\/\S+$/.test(text) && URL.canParse(text)) return new URL(text);
  throw new AppError(failures.usage.natsAddress, `${JSON.stringify(text)} is no address of NATS.`);
}

async function tellStatus(connection: NatsConnection, logger: Logger): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === 'disconnect') logger.warn('The connection to NATS is cut');
    else if (type === 'reconnect') logger.info('Connected to NATS again', { server: connection.getServer() });
  }
}

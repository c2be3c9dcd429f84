import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../config/schema.ts';
import type { Environment } from '../config/sources.ts';
import { messageOf } from '../core/app-error.ts';
import { FileSessionStore } from '../sessions/file-session-store.ts';
import { SessionsOnNats } from './sessions-on-nats.ts';
import { hostsOf } from './nats-settings.ts';
import { noSessionStore, type SessionStore } from '../sessions/session-store.ts';
import type { Logger } from '../telemetry/telemetry.ts';

/** Where sessions are kept. Disposing ends the looking for those that nobody calls. */
interface KeptSessions extends AsyncDisposable {
  readonly store: SessionStore;
}

const msPerDay = 86_400_000;
/** How often sessions are looked for that nobody calls. */
const sweepEveryMs = msPerDay / 4;

/**
 * Opens where sessions are kept, if they are to be kept anywhere.
 *
 * @param settings of a server; `undefined` where nothing outlives the program
 */
export function openSessionStore(
  settings: Pick<Settings, 'sessions' | 'http' | 'nats'> | undefined,
  env: Environment,
  homeDir: string,
  logger: Logger,
): KeptSessions {
  const servers = settings?.nats.sessions;
  if (settings !== undefined && servers !== undefined) {
    const { keep_days } = settings.sessions;
    return sweeping(
      new SessionsOnNats(servers, settings.nats, logger),
      keep_days,
      `NATS at ${hostsOf(servers)}`,
      logger,
    );
  }
  const folder = settings && sessionFolder(settings, env, homeDir);
  if (settings === undefined || folder === undefined || (folder.isDefault && !isUsable(folder.path, logger))) {
    return { store: noSessionStore, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  return sweeping(new FileSessionStore(folder.path), settings.sessions.keep_days, folder.path, logger);
}

/** Looks now and then for sessions that nobody calls. */
function sweeping(
  store: SessionStore & { removeOlderThan(ageMs: number): Promise<number> } & Partial<AsyncDisposable>,
  keepDays: number,
  where: string,
  logger: Logger,
): KeptSessions {
  const sweep = (): void => {
    store.removeOlderThan(keepDays * msPerDay).then(
      (removed) => {
        if (removed > 0) logger.info('Removed sessions that nobody has called', { removed, where });
      },
      (error: unknown) => {
        logger.warn('Sessions that nobody has called could not be removed', { error: messageOf(error) });
      },
    );
  };
  sweep();
  const timer = setInterval(sweep, sweepEveryMs).unref();
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await store[Symbol.asyncDispose]?.();
    },
  };
}

/** The folder as it is configured; over HTTP one for the address, so that no two servers that run have the same. */
function sessionFolder(
  { sessions: { directory }, http: { listen } }: Pick<Settings, 'sessions' | 'http'>,
  env: Environment,
  homeDir: string,
): { readonly path: string; readonly isDefault: boolean } | undefined {
  if (directory === 'none') return undefined;
  if (directory !== undefined) return { path: directory, isDefault: false };
  // A server that takes any port is not found again by its address.
  if (listen === undefined || listen.port === 0) return undefined;
  const given = env['XDG_STATE_HOME'];
  // The specification wants others to be ignored.
  const state = given?.startsWith('/') === true ? given : join(homeDir, '.local', 'state');
  const address = `${listen.host.replaceAll(/[^\w.-]/g, '_')}-${listen.port}`;
  return { path: join(state, 'lean-docker-mcp', 'sessions', address), isDefault: true };
}

/** Whether a folder that nobody asked for can be written to; a server without one serves all the same. */
function isUsable(folder: string, logger: Logger): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    logger.warn('Sessions end with the server: the folder for them cannot be written to; see sessions.directory', {
      folder,
      error: messageOf(error),
    });
    return false;
  }
}

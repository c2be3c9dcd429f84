import { once } from 'node:events';
import { unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { AppError, messageOf } from '../core/app-error.ts';
import { codeOf } from '../core/system-error.ts';
import { failures } from '../core/failures/failures.ts';

/**
 * Listens on a Unix socket, also where a process that was killed has left its own.
 *
 * @throws AppError `usage` when that cannot be
 */
export async function listenOnSocket(server: Server, socketPath: string): Promise<void> {
  try {
    if (await isLeftBehind(socketPath)) unlinkSync(socketPath);
    server.listen(socketPath);
    await once(server, 'listening');
  } catch (error) {
    throw new AppError(failures.usage.proxySocket, `Nothing can listen on ${socketPath}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Whether there is a socket, and nobody behind it. */
async function isLeftBehind(socketPath: string): Promise<boolean> {
  const trial = connect(socketPath);
  try {
    await once(trial, 'connect');
    return false;
  } catch (error) {
    return codeOf(error) === 'ECONNREFUSED';
  } finally {
    trial.destroy();
  }
}

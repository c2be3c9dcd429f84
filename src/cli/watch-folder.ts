import { watch } from 'node:fs';
import { AppError, messageOf } from '../core/app-error.ts';
import { foldersWithoutSources } from '../lean/lake-project.ts';
import { failures } from '../core/failures/failures.ts';

/** Editors write a file in several steps; in milliseconds. */
const settlingMs = 10;

/**
 * Yields at once, and then whenever something in a folder has changed, until the signal fires: each time a signal that fires
 * when the next change has come.
 *
 * @throws AppError `usage` when the folder cannot be watched
 */
export async function* changesIn(folder: string, signal: AbortSignal): AsyncGenerator<AbortSignal, void, undefined> {
  let current = new AbortController();
  let hasChanged = true;
  let wake = (): void => undefined;
  let settling: NodeJS.Timeout | undefined;
  let failure: Error | undefined;
  const change = (): void => {
    hasChanged = true;
    current.abort();
    wake();
  };
  const watcher = openWatcher(folder, (name) => {
    if (isOfNoInterest(name)) return;
    clearTimeout(settling);
    settling = setTimeout(change, settlingMs);
  });
  watcher.on('error', (error) => {
    failure = error;
    wake();
  });
  const stop = (): void => {
    current.abort(signal.reason);
    wake();
  };
  signal.addEventListener('abort', stop);
  try {
    for (;;) {
      if (signal.aborted) return;
      if (failure !== undefined) throw unwatchable(folder, failure);
      if (!hasChanged) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      hasChanged = false;
      current = new AbortController();
      yield current.signal;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(settling);
    watcher.close();
  }
}

function openWatcher(folder: string, onName: (name: string) => void): ReturnType<typeof watch> {
  try {
    return watch(folder, { recursive: true }, (_event, name) => {
      onName(name ?? '');
    });
  } catch (error) {
    throw unwatchable(folder, error);
  }
}

function unwatchable(folder: string, error: unknown): AppError {
  return new AppError(failures.usage.folderNotWatched, `The folder ${folder} cannot be watched: ${messageOf(error)}`, {
    cause: error,
  });
}

/** What builds and git write all the time. */
function isOfNoInterest(name: string): boolean {
  return name.split(/[\\/]/).some((part) => foldersWithoutSources.has(part));
}

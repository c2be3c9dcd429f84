import { createWriteStream, type WriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { WiredApp } from '../../app/wire-app.ts';
import type { BatchItem, Isolation } from '../../batches/batch-item.ts';
import { inOrder } from '../../core/in-order.ts';
import { readItems } from '../../batches/item-lines.ts';
import { AppError, messageOf } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { itemParts, keepItem, showItem, type KeptItem } from '../../report/batch-item-result.ts';
import { headline } from '../../report/render-batch.ts';
import { renderMessages } from '../../report/render-messages.ts';
import { toStructured } from '../../report/structured-result.ts';
import { Tally } from '../batch-tally.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

export interface CheckOptions {
  /** File for the results, one JSON object a line; `-` for standard output. */
  readonly out?: string | undefined;
  /** What stands before each text. */
  readonly header?: string | undefined;
  /** What they may share. */
  readonly isolation?: Isolation | undefined;
  /** Where they are elaborated; absent: in the first environment. */
  readonly environment?: string | undefined;
}

/** For a single item; results are written to disk or told, and seldom have much. */
const maxKeptCharacters = 100_000;
const progressPauseMs = 100;

/** Checks many texts, each in a sandbox of its own. @returns the exit code */
export async function checkFiles(
  files: readonly string[],
  { out, header = '', isolation = 'item', environment }: CheckOptions,
  { app, terminal, signal }: CommandContext,
): Promise<number> {
  const total = files.includes('-') ? undefined : files.length;
  const tally = new Tally(total);
  const output = out === undefined || out === '-' ? undefined : await openOutput(out);
  const tell = async (item: KeptItem): Promise<void> => {
    if (out === undefined) print(item, app, terminal);
    else await write(`${JSON.stringify(toLine(item, app))}\n`, output, terminal);
  };
  let toldAt = -Infinity;
  const showProgress = (): void => {
    if (performance.now() - toldAt < progressPauseMs) return;
    toldAt = performance.now();
    terminal.progress(tally.progress());
  };
  const kept = async function* (): AsyncGenerator<KeptItem, void, undefined> {
    const settings = { header, isolation, environment };
    const onProgress = ({ message }: { message: string }): void => {
      terminal.progress(message);
    };
    for await (const result of app.batches.check(items(files, app), settings, { signal, onProgress })) {
      const item = keepItem(result, app.report, maxKeptCharacters);
      tally.add(item);
      showProgress();
      yield item;
    }
  };
  try {
    for await (const item of inOrder(kept())) await tell(item);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    terminal.endProgress();
    output?.end();
    if (output !== undefined) await finished(output);
    if (tally.done > 0 && out === '-') terminal.say(tally.summary());
    else if (tally.done > 0) terminal.out(`${tally.summary()}\n`);
  }
  if (signal.aborted) return exitCodes.interrupted;
  if (tally.done === 0) {
    throw new AppError(failures.usage.itemLines, 'There is nothing to check: no item came on standard input.');
  }
  if (tally.counts.rejected > 0) return exitCodes.rejected;
  return tally.counts.undecided > 0 ? exitCodes.undecided : exitCodes.success;
}

/** The texts of files, each read when it is its turn; `-` stands for those on standard input. */
async function* items(files: readonly string[], { limits }: WiredApp): AsyncGenerator<BatchItem, void, undefined> {
  let index = 0;
  for (const file of files) {
    if (file !== '-') {
      yield { index, id: file, code: await readText(file) };
      index += 1;
      continue;
    }
    for await (const item of readItems(process.stdin as AsyncIterable<Uint8Array>, limits, index)) {
      index = item.index + 1;
      yield item;
    }
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError(failures.usage.filesToCheck, `The file ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function openOutput(file: string): Promise<WriteStream> {
  const stream = createWriteStream(file);
  try {
    await once(stream, 'open');
    return stream;
  } catch (error) {
    throw new AppError(
      failures.usage.resultsNotWritten,
      `The results cannot be written to ${file}: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

/** Waits while the reader of the file, or the disk, is behind. */
async function write(line: string, output: WriteStream | undefined, terminal: Terminal): Promise<void> {
  if (output === undefined) terminal.out(line);
  else if (!output.write(line)) await once(output, 'drain');
}

function toLine(item: KeptItem, { report }: WiredApp): object {
  const leanVersion = item.result?.leanVersion;
  return {
    index: item.index,
    ...showItem(item, new Set(itemParts), report),
    ...(leanVersion !== undefined && { lean_version: leanVersion }),
  };
}

/** Of an item that was accepted nothing is told but that it is unfinished. */
function print(item: KeptItem, { report }: WiredApp, terminal: Terminal): void {
  const shown = showItem(item, new Set(itemParts), report);
  if (item.verdict === 'accepted' && shown.uses_sorry !== true) return;
  terminal.out(`${headline(shown)}\n`);
  if (item.result === undefined || item.verdict === 'accepted') return;
  for (const message of renderMessages(shown.id, toStructured(item.result, report))) terminal.out(`${message}\n`);
}

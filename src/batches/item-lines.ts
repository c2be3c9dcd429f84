/* Batches as text: a JSON object with `code`, and `id` where it has one, on each line (NDJSON). */
import { z } from 'zod';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { hasMoreValues } from '../core/json-size.ts';
import { parseJson } from '../core/parse-json.ts';
import type { BatchItem } from './batch-item.ts';

/** What a line may hold. */
export interface LineLimits {
  readonly codeBytes: number;
  readonly codeLines: number;
}

const itemLine = z.strictObject({
  id: z
    .union([z.string().min(1).max(200), z.int()])
    .transform(String)
    .optional(),
  code: z.string(),
});

/** Of an item: an object with two members; a line with more is not read at all. */
const maxValues = 100;
/** Every byte of code may be escaped. */
const maxEscape = 6;
const lineFeed = 0x0a;

/**
 * The items of a stream, one at a time; no further is read than is asked for. Lines without anything are passed over.
 *
 * @param first the place of the first item
 * @throws AppError `usage` that names the line, for one that is not an item
 */
export async function* readItems(
  source: AsyncIterable<Uint8Array>,
  limits: LineLimits,
  first = 0,
): AsyncGenerator<BatchItem, void, undefined> {
  let number = 0;
  let index = first;
  for await (const line of readLines(source, maxEscape * limits.codeBytes + 4096)) {
    number += 1;
    const text = line.trim();
    if (text === '') continue;
    yield toItem(text, number, index, limits);
    index += 1;
  }
}

/** Lines of UTF-8 text, without their ends. @throws AppError `usage` for one that is longer */
async function* readLines(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string, void, undefined> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  let number = 1;
  const take = (piece: Uint8Array): void => {
    bytes += piece.length;
    if (bytes > maxBytes) throw malformed(number, `it is longer than ${maxBytes} bytes`);
    if (piece.length > 0) pieces.push(piece);
  };
  const line = (): string => {
    const text = Buffer.concat(pieces).toString('utf8');
    pieces = [];
    bytes = 0;
    number += 1;
    return text;
  };
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      take(chunk.subarray(start, end));
      yield line();
      start = end + 1;
    }
    // What a chunk is part of may be used again for the next one.
    take(Buffer.from(chunk.subarray(start)));
  }
  if (bytes > 0) yield line();
}

function toItem(text: string, number: number, index: number, { codeBytes, codeLines }: LineLimits): BatchItem {
  if (hasMoreValues(text, maxValues)) throw malformed(number, 'it is made of too many values');
  const value = parseJson(text);
  if (value === undefined) throw malformed(number, 'it is not JSON');
  const item = itemLine.safeParse(value);
  if (!item.success) {
    const [issue] = item.error.issues;
    throw malformed(number, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}`);
  }
  const { code, id = String(index + 1) } = item.data;
  const size = Buffer.byteLength(code);
  if (size > codeBytes) throw malformed(number, `code has ${size} bytes; at most ${codeBytes} are accepted`);
  const lines = code.split('\n').length;
  if (lines > codeLines) throw malformed(number, `code has ${lines} lines; at most ${codeLines} are accepted`);
  return { index, id: id.toWellFormed(), code: code.toWellFormed() };
}

function malformed(line: number, why: string): AppError {
  return new AppError(failures.usage.batchItem, `Line ${line} is no item of a batch: ${why}.`);
}

/*
 * What Lean may say, as far as this program listens: everything else on its stdout that looks like a message ends here.
 * Lean is not alone there, so nothing about a message is taken on trust, and nothing is built from one before it is known
 * to be small enough.
 */
import { z } from 'zod';
import { parseJson } from '../../core/parse-json.ts';
import { hasShape } from '../reading/json-shape.ts';
import { fileProgressParams, publishDiagnosticsParams } from './lean-protocol.ts';

/** A message, by what is done with it. */
export type IncomingMessage =
  | { readonly kind: 'diagnostics'; readonly params: z.infer<typeof publishDiagnosticsParams> }
  | { readonly kind: 'progress'; readonly params: z.infer<typeof fileProgressParams> }
  /** The answer to a request, if there is one with this id. */
  | { readonly kind: 'answer'; readonly id: string; readonly result: unknown; readonly refusal: string | undefined }
  /** Lean asks the editor to refresh its views, or to note what it can do. */
  | { readonly kind: 'question'; readonly id: string | number }
  /** What Lean tells editors and nobody here needs. */
  | { readonly kind: 'ignored' }
  /** No message of Lean. */
  | { readonly kind: 'strange' }
  /** More than Lean has to say in a message. */
  | { readonly kind: 'excessive' }
  /** Not even JSON. */
  | { readonly kind: 'broken' };

/**
 * The most structure that a message may have: some 1800 diagnostics, which takes Lean, who says all again with each new one,
 * half a minute to say. Parsing that much takes up to 25 ms, when each name in it is another, and collecting the garbage of
 * that as long again.
 */
const maxShape = { parts: 64 * 1024, depth: 100 };

const maxIdLength = 100;
const maxRefusalLength = 1000;
const questions = /^(?:workspace\/\w{1,40}\/refresh|client\/registerCapability)$/;
const forEditors = /^(?:\$\/lean\/|window\/)/;

const envelope = z.object({
  method: z.string().optional(),
  id: z.union([z.string().max(maxIdLength), z.int()]).nullish(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** Reads a message. Takes any bytes; its work is bounded by {@link maxShape} and linear in their length. */
export function readMessage(bytes: Buffer): IncomingMessage {
  if (!hasShape(bytes, maxShape)) return { kind: 'excessive' };
  const value = parseObject(bytes);
  if (value === undefined) return { kind: 'broken' };
  const { success, data } = envelope.safeParse(value);
  if (!success) return { kind: 'strange' };
  const { method, id, params, result, error } = data;
  if (method === undefined) {
    if (typeof id !== 'string') return { kind: 'strange' };
    return { kind: 'answer', id, result, refusal: error?.message.slice(0, maxRefusalLength) };
  }
  if (id !== undefined && id !== null) return questions.test(method) ? { kind: 'question', id } : { kind: 'strange' };
  if (method === 'textDocument/publishDiagnostics') {
    const checked = publishDiagnosticsParams.safeParse(params);
    return checked.success ? { kind: 'diagnostics', params: checked.data } : { kind: 'strange' };
  }
  if (method === '$/lean/fileProgress') {
    const checked = fileProgressParams.safeParse(params);
    return checked.success ? { kind: 'progress', params: checked.data } : { kind: 'strange' };
  }
  return { kind: forEditors.test(method) ? 'ignored' : 'strange' };
}

function parseObject(bytes: Buffer): object | undefined {
  const value = parseJson(bytes.toString('utf8'));
  return typeof value === 'object' && value !== null ? value : undefined;
}

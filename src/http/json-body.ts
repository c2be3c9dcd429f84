import { readRequestBody } from '@modelcontextprotocol/server';
import { hasMoreValues } from '../core/json-size.ts';
import { parseJson } from '../core/parse-json.ts';
import { rpcError } from './rpc-error.ts';

/** A body that can be used, or what is answered instead. */
export type JsonBody = { readonly value: unknown } | { readonly refusal: Response };

/**
 * What a request may be made of: calls have some tens of values, those with many arguments some hundreds. Whatever looks at
 * a body later takes far longer for each value than for each byte, and nobody else is served meanwhile.
 */
const maxValues = 10_000;
/** Batches are of the revision of March 2025 only; all that is in one is done in one turn of the event loop. */
const maxMessages = 10;

/** Reads a body of at most so many bytes as JSON; nothing is kept of a larger one. */
export async function readJsonBody(request: Request, maxBytes: number): Promise<JsonBody> {
  let body: Awaited<ReturnType<typeof readRequestBody>>;
  try {
    body = await readRequestBody(request, maxBytes);
  } catch {
    return { refusal: rpcError(400, -32_700, 'The request body could not be read') };
  }
  if (body.tooLarge) {
    return {
      refusal: rpcError(413, -32_000, `The request body is larger than ${maxBytes} bytes (http.max_body_size)`),
    };
  }
  if (hasMoreValues(body.text, maxValues)) {
    return { refusal: rpcError(400, -32_600, `The request is made of more than ${maxValues} values`) };
  }
  const value = parseJson(body.text);
  if (value === undefined) return { refusal: rpcError(400, -32_700, 'The request body is not valid JSON') };
  if (Array.isArray(value) && value.length > maxMessages) {
    return { refusal: rpcError(400, -32_600, `The request is a batch of more than ${maxMessages} messages`) };
  }
  return { value };
}

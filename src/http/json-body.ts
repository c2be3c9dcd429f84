import { readRequestBody } from '@modelcontextprotocol/server';
import { rpcError } from './rpc-error.ts';

/** A body that can be used, or what is answered instead. */
export type JsonBody = { readonly value: unknown } | { readonly refusal: Response };

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
  try {
    return { value: JSON.parse(body.text) as unknown };
  } catch {
    return { refusal: rpcError(400, -32_700, 'The request body is not valid JSON') };
  }
}

import { AppError, messageOf } from '../core/app-error.ts';
import { clientInfo, timeCall, type MeasuredCall, type ToolCaller } from './tool-caller.ts';

const protocolVersion = '2026-07-28';

/** What every request of this revision of the protocol carries. */
const envelope = {
  'io.modelcontextprotocol/protocolVersion': protocolVersion,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': clientInfo,
};

/** Calls tools over HTTP, each call a request of its own. Calls at the same time have connections of their own. */
export class HttpToolCaller implements ToolCaller {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async call(tool: string, args: Readonly<Record<string, unknown>>): Promise<MeasuredCall> {
    return await timeCall(tool, async () => {
      const params = { name: tool, arguments: args, _meta: envelope };
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.#token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': protocolVersion,
          'mcp-method': 'tools/call',
          'mcp-name': tool,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      }).catch((error: unknown) => {
        throw lostCall(error);
      });
      return resultIn(await response.text(), response);
    });
  }
}

/** What `fetch` says of a connection that failed is in the cause of its error. */
function lostCall(error: unknown): AppError {
  const why = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return new AppError('internal', `A call to the server under measurement was lost: ${messageOf(why)}`, {
    cause: error,
  });
}

/** The result in a body that is JSON, or a stream of events of which the last one has it. */
function resultIn(body: string, { status, headers }: Response): unknown {
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
  const json = isStream ? body.slice(body.lastIndexOf('\ndata: ') + '\ndata: '.length) : body;
  const answer = status === 200 ? (JSON.parse(json) as { readonly result?: unknown }) : {};
  if (answer.result !== undefined) return answer.result;
  throw new AppError('internal', `The server under measurement answered with status ${status}: ${body.slice(0, 500)}`);
}

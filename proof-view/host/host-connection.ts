/*
 * Speaks with the program that shows this page: JSON-RPC by messages between windows, as MCP Apps of 2026-01-26 has it. The
 * official class for this side brings half a megabyte; its types are used here, and the tests' host is the official one.
 */
import type {
  LATEST_PROTOCOL_VERSION,
  McpUiHostCapabilities,
  McpUiHostContext,
  McpUiInitializeRequest,
  McpUiInitializeResult,
  McpUiRequestDisplayModeRequest,
  McpUiRequestDisplayModeResult,
  McpUiUpdateModelContextRequest,
} from '@modelcontextprotocol/ext-apps';
import type { CallToolResult, ReadResourceResult } from '@modelcontextprotocol/client';

const protocolVersion = '2026-01-26' satisfies typeof LATEST_PROTOCOL_VERSION;

/** What the host tells by itself. */
export interface HostEvents {
  /** The arguments of the call that this page shows. */
  readonly onInput: (input: Readonly<Record<string, unknown>>) => void;
  readonly onResult: (result: CallToolResult) => void;
  readonly onCancelled: () => void;
  /** What has changed of the surroundings. */
  readonly onContext: (context: McpUiHostContext) => void;
}

/** The host, as the parts of the page see it. */
export interface Host {
  readonly capabilities: McpUiHostCapabilities;
  /** Calls a tool of the server that this page comes from. Rejects when the host or its user does not allow it. */
  readonly callTool: (name: string, input: Readonly<Record<string, unknown>>) => Promise<CallToolResult>;
  /** The text of a resource of that server. */
  readonly readResource: (uri: string) => Promise<string>;
  /** Tells the model something that it should know in its next turn; does nothing where the host cannot. */
  readonly tellModel: (text: string) => Promise<void>;
  readonly setDisplayMode: (mode: McpUiHostContext['displayMode'] & string) => Promise<void>;
}

type Params = Readonly<Record<string, unknown>>;
interface Message {
  readonly jsonrpc?: unknown;
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: unknown;
  readonly error?: { readonly message?: string };
}
interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Introduces this page to its host. @param version of this program */
export async function connectHost(version: string, events: HostEvents): Promise<Host> {
  const waiting = new Map<string | number, Waiting>();
  let lastId = 0;
  // The host's own address is not known to the page, which a host may show from anywhere.
  const send = (message: Message): void => {
    window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
  };
  const request = async <Result>(method: string, params: Params): Promise<Result> => {
    const id = (lastId += 1);
    const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
    send({ id, method, params });
    return (await answer) as Result;
  };
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent || !isMessage(event.data)) return;
    const { id, method, params = {} } = event.data;
    if (method !== undefined) {
      if (id === undefined) tell(events, method, params);
      else send({ id, ...answerTo(method) });
    } else if (id !== undefined) {
      settle(waiting.get(id), event.data);
      waiting.delete(id);
    }
  });
  const params: McpUiInitializeRequest['params'] = {
    protocolVersion,
    appInfo: { name: 'lean-docker-mcp', version },
    appCapabilities: { availableDisplayModes: ['inline', 'fullscreen'] },
  };
  const { hostCapabilities, hostContext } = await request<McpUiInitializeResult>('ui/initialize', { ...params });
  events.onContext(hostContext);
  send({ method: 'ui/notifications/initialized', params: {} });
  reportHeight((height) => {
    send({ method: 'ui/notifications/size-changed', params: { height } });
  });
  return {
    capabilities: hostCapabilities,
    callTool: (name, input) => request<CallToolResult>('tools/call', { name, arguments: input }),
    readResource: async (uri) => {
      const { contents } = await request<ReadResourceResult>('resources/read', { uri });
      const [first] = contents;
      if (first === undefined || !('text' in first)) throw new Error('The host sent no text.');
      return first.text;
    },
    tellModel: async (text) => {
      if (hostCapabilities.updateModelContext === undefined) return;
      const content: McpUiUpdateModelContextRequest['params'] = { content: [{ type: 'text', text }] };
      await request('ui/update-model-context', { ...content });
    },
    setDisplayMode: async (mode) => {
      const wanted: McpUiRequestDisplayModeRequest['params'] = { mode };
      const result = await request<McpUiRequestDisplayModeResult>('ui/request-display-mode', { ...wanted });
      events.onContext({ displayMode: result.mode });
    },
  };
}

function isMessage(data: unknown): data is Message {
  return typeof data === 'object' && data !== null && 'jsonrpc' in data && data.jsonrpc === '2.0';
}

function tell(events: HostEvents, method: string, params: Params): void {
  if (method === 'ui/notifications/tool-input') events.onInput((params['arguments'] ?? {}) as Params);
  if (method === 'ui/notifications/tool-result') events.onResult(params as unknown as CallToolResult);
  if (method === 'ui/notifications/tool-cancelled') events.onCancelled();
  if (method === 'ui/notifications/host-context-changed') events.onContext(params);
}

/** Nothing is lost when the page is taken down, so it may be at once. */
function answerTo(method: string): Message {
  if (method === 'ping' || method === 'ui/resource-teardown') return { result: {} };
  return { error: { code: -32601, message: `This page does not know ${method}.` } as { message: string } };
}

function settle(request: Waiting | undefined, { result, error }: Message): void {
  if (error === undefined) request?.resolve(result);
  else request?.reject(new Error(error.message ?? 'The host refused it.'));
}

/** Tells the height of the content now and whenever it changes, so that hosts can fit the frame to it. */
function reportHeight(report: (height: number) => void): void {
  let last = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (height !== last) report(height);
    last = height;
  }).observe(document.documentElement);
}

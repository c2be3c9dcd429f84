/*
 * A host of MCP Apps, as small as one can be, for tests: the official bridge, a frame that may run scripts and nothing else,
 * and the policy that the specification wants where a resource asks for nothing. Everything else is the test's.
 */
import { AppBridge, PostMessageTransport, type McpUiHostContext } from '@modelcontextprotocol/ext-apps/app-bridge';
import type { CallToolResult, ReadResourceResult } from '@modelcontextprotocol/client';

/** What the test puts behind the host. */
interface TestSide {
  callTool: (name: string, input: unknown) => Promise<CallToolResult>;
  readResource: (uri: string) => Promise<ReadResourceResult>;
  tellModel: (text: string) => Promise<void>;
}

/** What the test asks for. */
export interface ShowRequest {
  readonly html: string;
  readonly context: McpUiHostContext;
  readonly input?: Record<string, unknown>;
  readonly result?: CallToolResult;
  /** Whether the page may call tools and read resources. */
  readonly mayCall: boolean;
}

declare global {
  interface Window extends TestSide {
    show: (request: ShowRequest) => Promise<void>;
    changeContext: (context: McpUiHostContext) => Promise<void>;
    sendResult: (result: CallToolResult) => Promise<void>;
    cancel: () => Promise<void>;
    tearDown: () => Promise<unknown>;
  }
}

const defaultPolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "media-src 'self' data:",
  "connect-src 'none'",
].join('; ');

window.show = async ({ html, context, input, result, mayCall }) => {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  document.body.replaceChildren(frame);
  const inside = frame.contentWindow;
  if (inside === null) throw new Error('the frame has no window');
  const capabilities = { ...(mayCall && { serverTools: {}, serverResources: {} }), updateModelContext: { text: {} } };
  const bridge = new AppBridge(null, { name: 'test host', version: '1' }, capabilities, { hostContext: context });
  const isReady = new Promise<void>((resolve) => {
    bridge.addEventListener('initialized', () => {
      resolve();
    });
  });
  bridge.addEventListener('sizechange', ({ height }) => {
    if (height !== undefined) frame.style.height = `${height}px`;
  });
  bridge.oncalltool = ({ name, arguments: given }) => window.callTool(name, given);
  bridge.onreadresource = ({ uri }) => window.readResource(uri);
  bridge.onupdatemodelcontext = async ({ content = [] }) => {
    for (const block of content) if (block.type === 'text') await window.tellModel(block.text);
    return {};
  };
  bridge.onrequestdisplaymode = ({ mode }) => {
    frame.classList.toggle('fullscreen', mode === 'fullscreen');
    return Promise.resolve({ mode });
  };
  window.changeContext = async (changed) => {
    await bridge.sendHostContextChange(changed);
  };
  window.sendResult = (late) => bridge.sendToolResult(late);
  window.cancel = () => bridge.sendToolCancelled({ reason: 'the user said so' });
  window.tearDown = () => bridge.teardownResource({});
  await bridge.connect(new PostMessageTransport(inside, inside));
  const policy = `<meta http-equiv="Content-Security-Policy" content="${defaultPolicy}">`;
  frame.setAttribute('srcdoc', html.replace('<head>', `<head>${policy}`));
  await isReady;
  if (input !== undefined) await bridge.sendToolInput({ arguments: input });
  if (result !== undefined) await bridge.sendToolResult(result);
};

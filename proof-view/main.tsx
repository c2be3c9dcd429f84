/* The page that shows a result: connects it to its host and draws what comes. */
import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps';
import { render } from 'preact';
import { applyContext } from './host/apply-context.ts';
import { connectHost, type Host } from './host/host-connection.ts';
import { readInput, readResult, textOf, type ShownInput, type ShownResult } from './model/shown-call.ts';
import { Page } from './parts/view.tsx';

/** Set by the build. */
declare const packageVersion: string;

let host: Host | undefined;
let input: ShownInput = {};
let shown: ShownResult = { kind: 'none' };
let text = '';
let context: McpUiHostContext = {};

function draw(): void {
  const { displayMode, availableDisplayModes = [] } = context;
  const isOn = displayMode === 'fullscreen';
  const connected = host;
  const toggle = (): void => {
    void connected?.setDisplayMode(isOn ? 'inline' : 'fullscreen');
  };
  const canFill = connected !== undefined && availableDisplayModes.includes('fullscreen');
  const fullscreen = canFill ? { isOn, toggle } : undefined;
  render(<Page host={host} input={input} shown={shown} text={text} fullscreen={fullscreen} />, document.body);
}

async function start(): Promise<void> {
  host = await connectHost(packageVersion, {
    onInput: (given) => {
      input = readInput(given);
      draw();
    },
    onResult: (result) => {
      shown = readResult(result);
      text = textOf(result);
      draw();
    },
    onCancelled: () => {
      shown = { kind: 'cancelled' };
      draw();
    },
    onContext: (changed) => {
      context = { ...context, ...changed };
      applyContext(document.documentElement, context);
      draw();
    },
  });
  draw();
}

void start();

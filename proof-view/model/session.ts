/* A session's steps, by the tools that tell and change them. */
import type { Host } from '../host/host-connection.ts';

export interface Step {
  readonly step: number;
  readonly names: readonly string[];
  readonly code: string;
}

/** What a tool returns as data. Rejects with the tool's own words when it did not run. */
export async function callForStructured(
  host: Host,
  tool: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const { structuredContent, content, isError } = await host.callTool(tool, input);
  if (isError !== true && typeof structuredContent === 'object' && structuredContent !== null) {
    return structuredContent as Readonly<Record<string, unknown>>;
  }
  const [first] = content;
  throw new Error(first?.type === 'text' ? first.text : `${tool} gave no result.`);
}

/** The steps in a result of describe-session. */
export function readSteps({ steps }: Readonly<Record<string, unknown>>): Step[] {
  return (Array.isArray(steps) ? (steps as readonly Partial<Step>[]) : []).map(
    ({ step = 0, names = [], code = '' }) => ({
      step,
      names,
      code,
    }),
  );
}

import type { Client } from '@modelcontextprotocol/client';
import { AppError, messageOf } from '../src/core/app-error.ts';
import type { StructuredResult } from '../src/report/structured-result.ts';

/** How the bench names itself to servers. */
export const clientInfo = { name: 'lean-docker-mcp-bench', version: '1' };

/** Something whose tools can be called. */
export interface ToolCaller {
  /** Calls a tool. @throws AppError `internal` when the tool reports a failure of the program, or the server is gone */
  readonly call: (tool: string, args: Readonly<Record<string, unknown>>) => Promise<MeasuredCall>;
}

/** A result, and how long its caller waited. */
export interface MeasuredCall {
  readonly milliseconds: number;
  readonly result: StructuredResult;
}

/** Longer than any call of a bench waits, so that the client does not give one up. In milliseconds. */
const timeout = 3_600_000;

/** Calls tools through a connected client. @param readLog what the server has logged, for the message when it is gone */
export function callerOf(client: Client, readLog: () => string): ToolCaller {
  return {
    call: async (tool, args) => {
      const startedAt = performance.now();
      const answer = await client.callTool({ name: tool, arguments: args }, { timeout }).catch((error: unknown) => {
        throw new AppError(
          { code: 'internal', hint: `Its log: ${readLog()}` },
          `A call to the server under measurement was lost: ${messageOf(error)}`,
          { cause: error },
        );
      });
      const milliseconds = performance.now() - startedAt;
      const result = answer.structuredContent as StructuredResult | undefined;
      if (answer.isError !== true && result !== undefined) return { milliseconds, result };
      const [said] = answer.content;
      throw new AppError('internal', `${tool} failed: ${said?.type === 'text' ? said.text : 'no result'}`);
    },
  };
}

/* What clients are told that a tool may do. */
import type { ToolAnnotations } from '@modelcontextprotocol/server';

/** All that the protocol asks about a tool. */
export type ToolHints = Required<Omit<ToolAnnotations, 'title'>>;

/** It changes nothing that a later call sees. */
export const onlyReads: ToolHints = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** It adds something each time, and takes nothing away. */
export const adds: ToolHints = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: false,
};

/** It takes something away for good; doing that again changes nothing more. */
export const takesAway: ToolHints = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: true,
  openWorldHint: false,
};

/** Code that reaches other machines may do anything there. */
export const mayDoAnything: ToolHints = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
};

/** The same for clients. What is only read can be read again: the protocol gives the last hint no meaning there. */
export function announceHints({ idempotentHint, ...hints }: ToolHints): ToolAnnotations {
  return hints.readOnlyHint ? hints : { ...hints, idempotentHint };
}

/* The contract for fronts: finding what the libraries of an image have. No code of the caller runs. */
import type { DeclarationKind } from '../finding/declaration-kinds.ts';
import type { Findings } from '../finding/library-index.ts';
import type { CallContext } from './execution-service.ts';

/** How many declarations are told: without a word about it, and at most. */
export const findLimits = { usual: 20, most: 100 } as const;

export interface FindRequest {
  /** See docs/finding.md. */
  readonly query: string;
  readonly kind?: DeclarationKind | undefined;
  /** This module, and all below it. */
  readonly module?: string | undefined;
  /** From 1 to the most. */
  readonly limit: number;
  /** Where to look; absent: in the first environment. */
  readonly environment?: string | undefined;
}

export interface FindResult extends Findings {
  readonly elapsedMs: number;
  readonly leanVersion: string;
  /** Where it was; absent when there is no other environment. */
  readonly environment?: string;
}

export interface FindService {
  /**
   * Finds declarations, the best first.
   *
   * @throws AppError `usage` for a query in which there is nothing to look for, `index-unavailable`, or that there is no engine
   *   or image; the signal's reason
   */
  find(request: FindRequest, context: CallContext): Promise<FindResult>;
}

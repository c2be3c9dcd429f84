import type { Bytes } from '../core/bytes.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { OutputLimits } from '../lean/output-guard.ts';
import type { ImportPolicy } from '../lean/source/import-policy.ts';
import type { OwnedSessions } from '../sessions/owned-sessions.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import type { CallContext } from './execution-service.ts';
import type { SupplyOfCaller } from './sandbox-supply.ts';

/** What executing code needs from outside; the same for every call of a principal. */
export interface CallEnvironment {
  readonly supply: SupplyOfCaller;
  /** The image to use, made first when it is missing. Throws AppError; the signal's reason. */
  readonly launch: (context: CallContext) => Promise<LeanLaunch>;
  readonly sessions: OwnedSessions;
  /** What code may import where it runs on this image. */
  readonly policy: (launch: LeanLaunch) => ImportPolicy;
  readonly output: OutputLimits;
  /** How much text a session may have, in bytes and lines. */
  readonly sessionText: { readonly bytes: Bytes; readonly lines: number };
  readonly defaultTimeoutMs: number;
  readonly maxTimeoutMs: number;
  readonly logger: Logger;
}

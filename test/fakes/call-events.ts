/* The beginning and the end of a call, as telemetry tells them. */
import { localPrincipal } from '../../src/core/ids.ts';
import type { TelemetryEvent } from '../../src/telemetry/telemetry.ts';

export const callBegan: TelemetryEvent = { kind: 'call-began', callId: 'c', tool: 't' };
export const callEnded: TelemetryEvent = {
  kind: 'call-ended',
  callId: 'c',
  tool: 't',
  principal: localPrincipal,
  outcome: 'success',
  texts: [],
  startedAt: new Date(),
  durationMs: 1,
  coldStart: false,
};

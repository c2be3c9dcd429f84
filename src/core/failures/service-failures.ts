/* What to do when the service does not take a call, or does not end it. */
import { failuresOf } from './failure.ts';

export const busy = failuresOf('busy', {
  turnsOfSession:
    'Wait for their results. Calls in different sessions run side by side: fork-session makes another one.',
  itemsWaiting: ({ seconds }: { seconds: number }) => `Try again in ${seconds} seconds.`,
  callsWaiting: ({ seconds }: { seconds: number }) => `Try again in ${seconds} seconds, with fewer calls at a time.`,
});

export const quotaUsedUp = failuresOf('quota-used-up', {
  cpuTimeUsedUp: ({ seconds }: { seconds: number }) => `Try again in ${seconds} seconds.`,
});

export const batchUnknown = failuresOf('batch-unknown', {
  resultsLost:
    'Results are kept for batches.keep_hours, and what the servers of NATS lose is lost. Send the items without a result again.',
  notThere:
    'Give the id that the answer to POST /batches has, with the token that it was sent with. If it was cancelled, is no longer ' +
    'kept (batches.keep_hours, batches.max_results), or was on a server without --queue that has ended since, send it again.',
});

export const queueUnreachable = failuresOf('queue-unreachable', {
  sessionsNotReached: 'Its servers do not answer, or have no leader just now. Call again in some seconds.',
  natsSilent: 'Is nats-server running there, and may this server connect to it? See docs/cluster.md.',
  noWorker: 'Start one: lean-docker-mcp serve --work nats://HOST. It is known within some seconds.',
  queueNotReached: 'Its servers do not answer, or have no leader just now. Try again in some seconds.',
  queueNotMade:
    'It is made by the first server with --queue; start one, and see that the servers of NATS have JetStream.',
  jetStreamMissing:
    'Start the servers of NATS with JetStream (version 2.9 or newer), and as many of them as nats.replicas.',
});

export const identityUnavailable = failuresOf('identity-unavailable', {
  providerNotAsked: 'Check http.oidc_issuer and the network of the server; then call again.',
});

export const shuttingDown = failuresOf('shutting-down', {
  callStopped: 'Nothing came of it. Call again when the server is back.',
  batchGoesOnElsewhere:
    'Go on at another server with the same queue: send from where you are, read after the last seq you have.',
  batchEnds: 'Results that you have are right. Send the other items again when the server is back.',
  serverEnds: 'Call again when it is back.',
  workerEnds: 'Start another one, or this one again: the items go on there.',
});

export const internal = failuresOf('internal', {
  faultInCall: 'It says nothing about the code. Call again; please report it if it happens again.',
});

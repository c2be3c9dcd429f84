/* What to do when a session cannot go on. */
import { failuresOf } from './failure.ts';

export const sessionUnknown = failuresOf('session-unknown', {
  notOpen:
    'It was cleaned up, expired after idling, or ended with the server; list-sessions shows what is open. Call execute-lean-persistent without session_id to start a new one, and send its definitions again.',
});

export const sessionLimit = failuresOf('session-limit', {
  tooManyOpen: 'Close one that you no longer need with cleanup-session, or continue one by its session_id.',
});

export const sessionFull = failuresOf('session-full', {
  textTooLong:
    'Nothing was run. Take back steps that are no longer needed with rewind-session, go on from an earlier step with fork-session, or start a new session with the definitions that matter.',
});

export const sessionNotSaved = failuresOf('session-not-saved', {
  natsRefused:
    'Call again; if that does not help, see whether the servers of NATS (nats.sessions) are well, and take messages as large as the code is.',
  fileNotWritten:
    'The session is as it was before. Free some space or make the folder of sessions.directory writable, then call again.',
  fileNotRemoved:
    'The session is closed, but can be found again by its id until the file is gone. Make the folder of sessions.directory writable, or remove the file by hand.',
});

export const sessionChanged = failuresOf('session-changed', {
  changedByOtherServer:
    'Nothing of this call was kept. Call again: it then goes on from what the session is now; describe-session tells that.',
});

export const sessionDamaged = failuresOf('session-damaged', {
  fileDamaged: 'It was not loaded, not even in part. Look at the file, or remove it and start a new session.',
  messageDamaged: 'It was not loaded, not even in part. Close it with cleanup-session and start a new one.',
});

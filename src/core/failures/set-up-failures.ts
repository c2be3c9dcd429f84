/* What to do when what was set up cannot be used. */
import { environmentsThere } from './environments-there.ts';
import { failuresOf } from './failure.ts';

export const configInvalid = failuresOf('config-invalid', {
  tokenFileUnreadable: 'It is written by `lean-docker-mcp token`. Repair it, or move it away and make new tokens.',
  tokenFileNotWritable: 'Make its folder writable, or name another file in http.tokens_file.',
  contextNotThere: ({ known }: { known: string }) => `There are: ${known}. Name one of them, or unset DOCKER_CONTEXT.`,
  contextEndpointUnknown: 'Choose another one with `docker context use`, or set DOCKER_HOST.',
  auditFileNotWritable:
    'Name a file in a folder that this user may write to, or leave the setting out: then the audit is part of the log.',
  signingKeyUnreadable:
    'Make a key with `openssl genpkey -algorithm ed25519 -out receipts.pem`, or leave the setting out.',
  credentialsUnreadable: 'Let nats.credentials_file name a file as `nsc generate creds` writes it.',
  signingKeyOfOtherKind: 'Make one with `openssl genpkey -algorithm ed25519 -out receipts.pem`.',
  settings: ({ file }: { file: string | undefined }) =>
    `${file === undefined ? '' : `The file is ${file}. `}Every key is explained in docs/configuration.md.`,
  runtimeNotThere: ({ known }: { known: readonly string[] }) =>
    `It has ${known.join(', ') || 'none that it names'}. Install the runtime, add it to the engine's daemon.json and restart the engine.`,
  environmentNotThere: ({ name, names }: { name: string; names: readonly string[] }) =>
    `${environmentsThere(names)} Have ${name} configured again, or send the session's definitions to a new one; describe-session shows them.`,
});

export const clientConfigUnusable = failuresOf('client-config-unusable', {
  clientCommandFailed:
    'What it says is above. To change a project instead: `lean-docker-mcp init claude-code --project`.',
  clientCommandMissing: 'Install Claude Code, or run the line above where it is installed.',
  changedMeanwhile: 'Nothing was changed. Run this again.',
  notPermitted: 'Nothing was changed. Give this user access to the file, then run this again.',
  otherServer: 'Nothing was changed. Choose another name with --name.',
  changeNotSafe: 'Nothing was changed. Change it by hand: --print shows what to put in.',
  notReadable: 'Nothing was changed. Repair it by hand, then run this again.',
});

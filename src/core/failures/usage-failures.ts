/* What to do when a call or a command line is malformed. */
import { environmentsThere } from './environments-there.ts';
import { failuresOf } from './failure.ts';

export const usage = failuresOf('usage', {
  // Tools and their arguments.
  projectTooLarge: 'Send fewer, or check the folder with `lean-docker-mcp check DIR`, which takes more.',
  projectPath: 'Give paths as they are in the project, such as Foo/Bar.lean for the module Foo.Bar.',
  stepNotThere: ({ steps }: { steps: number }) =>
    `Give a number of steps to keep, from 0 (none) to ${steps}; describe-session lists them.`,
  columnNotInLine: ({ length, line }: { length: number; line: string }) =>
    `Give one from 0 to ${length}: columns count from 0 in Unicode code points. The line is: ${line}`,
  lineNotInText:
    'Lines count from 1: give one of the code that is given; without code, one of the whole text of the session.',
  statement: 'Give a text that Lean accepts, with `sorry` for what is to be proved. Nothing was verified.',
  itemsTooLarge: 'Send fewer at a time. Over HTTP, POST /batches takes any number.',
  itemIdTwice: 'Give each item an id of its own, or none: they are then numbered from 1.',
  filesOrProject: 'Give files, with their texts by their paths, or project, a folder of the server’s machine.',
  projectOverHttp: 'Send files, with their texts by their paths.',
  codeTooLarge: 'Send less, or have docker.max_code_size raised.',
  timeoutTooLong: ({ defaultTimeoutS }: { defaultTimeoutS: number }) =>
    `Leave it out for ${defaultTimeoutS} s, or have docker.max_timeout raised.`,
  tooManyLines: 'Send less, or put more on a line.',
  sorryOrLine: 'Give one of them.',
  noPlace: 'Give sorry: 1 for the first sorry of the text, or the line (and column) of one.',
  attemptsTooLarge: 'Send fewer at a time.',
  noText: 'Give code, or the session_id of a result of execute-lean-persistent, or both.',
  oneStatement: 'Give statement; or name and type, with header where something must stand before the theorem.',
  noSubmission: 'Give submission, submissions, or the session_id of a session that has accepted the proof.',
  otherEnvironment:
    'Leave environment out; or leave session_id out, which opens a session in the environment that is named.',
  noSorryInLine: 'Put a sorry where the attempts are to go, or give a column, too: the attempts are then put in there.',
  whichSorry: ({ sorries }: { sorries: string }) => `Say which with sorry or column: ${sorries}.`,
  noTacticThere:
    'Give the place of a sorry, or one where a tactic of its own can stand: at the beginning of a line, or after by, =>, · or ;.',
  noModule: 'Give Lean files by their paths in the project, such as Foo/Bar.lean; targets names modules among them.',
  attempt: 'Give one or more whole tactics; they are put into parentheses. Nothing was tried.',
  noSuchEnvironment: ({ names }: { names: readonly string[] }) => environmentsThere(names),
  sorryNotThere: ({ sorries }: { sorries: string }) =>
    sorries === ''
      ? 'Put a sorry where the attempts are to go, or give line and column.'
      : `Give one of these: ${sorries}.`,

  // Batches, and servers over HTTP.
  batchOffset: ({ received }: { received: number }) =>
    `Send again from item ${received} on (the first is 0): POST /batches/ID?from=${received}.`,
  batchComplete:
    'Send nothing more: GET /batches/ID/results has its results. Send other items as a batch of their own.',
  batchNumber: 'Give a whole number, such as ?from=0, or leave it out.',
  batchTooLong: 'Send the rest as another batch.',
  batchContentType: 'Send one JSON object on each line: {"id": "a", "code": "theorem t : 1 + 1 = 2 := rfl"}.',
  batchQuery: 'Give POST /batches only header, timeout, isolation, environment and report, a list with commas.',
  bodyStalled: 'What came in is kept: go on with POST /batches/ID?from=N, where N is the number of items received.',
  openToOthers:
    'Make a token with `lean-docker-mcp token add NAME`, or set http.oidc_issuer; or listen on 127.0.0.1 to serve this machine only.',
  httpAddress: 'Give another port, or an address of this machine: serve --http [HOST:]PORT.',
  natsAddress: 'Give nats://HOST:PORT, several of one cluster with commas.',
  batchItem:
    'Put one JSON object on each line: {"id": "a", "code": "theorem t : 1 + 1 = 2 := rfl"}; id may be left out.',
  itemTooLarge: 'Raise max_payload of the servers of NATS, or send the item to a server without a queue.',

  // Tokens, and the proxy before the engine.
  tokenName: 'Use up to 64 letters, digits, dots, dashes, underscores and @.',
  tokenNameTaken: ({ name }: { name: string }) =>
    `Revoke it first (\`lean-docker-mcp token revoke ${name}\`), or choose another name.`,
  noSuchToken: '`lean-docker-mcp token list` shows what there is.',
  proxySocket: 'Give the path of a socket that can be made, in a folder that is there: --listen /run/lean/docker.sock.',
  engineWithoutSocket: 'Set DOCKER_HOST=unix:///var/run/docker.sock, or where the socket is.',

  // Images.
  leanVersion: 'Write it like `--lean-version 4.27.0`; `--lean-version stable` is the newest release.',
  packageFolder: 'Name the folder that holds the lakefile: `--with ./my-project`.',
  packageRequest:
    'Write `--with mathlib`, `--with mathlib@v4.27.0`, `--with OWNER/REPO@REVISION`, `--with https://…/repo.git` or `--with ./folder`.',
  packageTwice: 'Name each package once with `--with`.',
  baseName: 'Write it as `docker pull` takes it, for instance `--base debian:bookworm-slim`.',
  imageName: 'Write NAME:TAG in lower case, for instance `--tag lean-docker-mcp:mathlib`.',
  toolchainOrVersion:
    'Leave out one: `--lean-version`, or `--toolchain-dir` with LEAN_TOOLCHAIN_DIR and `docker.toolchain_dir`.',

  // What is to be found.
  nothingToFind:
    'Give a part of a name (`add_comm`), a word of the documentation, a constant (`Nat.succ`), or the form of a conclusion with _ for what may stand there: `_ + _ = _ + _`.',
  queryTooLong: 'Leave out what matters least.',
  findLimit: 'Give `--limit 50`, for instance.',

  // Commands, and the files that they are given.
  projectFolderRelative: 'Give the whole path of the folder.',
  projectFolderForbidden: 'Open it in the client as a root, or have it added to lean.project_roots; or send its files.',
  projectFolderUnreadable: 'Give the folder of a Lake project, or one with Lean files in it.',
  projectFolderTooLarge: 'Have .gitignore leave out what is not the project’s own, or check a folder below it.',
  folderNotWatched: 'Check it without --watch, or raise fs.inotify.max_user_watches.',
  flagOfOtherCheck: 'See `lean-docker-mcp check --help`.',
  noPublicKey: 'Set verify.signing_key to a file made with `openssl genpkey -algorithm ed25519`.',
  verifyArguments: 'Give them as in `lean-docker-mcp verify statement.lean proof.lean`.',
  stdinTwice: 'Give one of them as a file.',
  codeFile: 'Give the path of a Lean file, or - to read it from standard input.',
  itemLines: 'Put one JSON object on each line: {"id": "a", "code": "theorem t : 1 + 1 = 2 := rfl"}.',
  filesToCheck: 'Give paths of Lean files, or - for JSON objects on standard input, one a line.',
  resultsNotWritten: 'Name a file in a folder that you may write to.',
  toolchainFolderOrVersion: 'A folder has the version that it has; leave one of them out.',
  nothingToCompile: 'Say what to compile in, for instance `--with mathlib`.',
  filesToVerify: 'Give the paths of two Lean files: the statement, and the submission.',
  noProjectConfiguration: ({ client }: { client: string }) =>
    `Leave --project out: \`lean-docker-mcp init ${client}\`.`,
  variable: 'Write --env NAME=VALUE, or --env NAME for a variable of this shell.',
  nobodyAnswered: 'Add --yes to go ahead without being asked, or --print to see what to put in by hand.',
  otherFiles: 'Give the very files that were verified.',
  publicKey: '`lean-docker-mcp verify --public-key` prints the one that belongs to verify.signing_key.',
  receipt:
    'Give a file with the receipt of a result, or with the result of one submission, as `verify --json` prints it.',
});

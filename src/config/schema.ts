import * as z from 'zod';
import { environmentName, environmentProblems, type EnvironmentShape } from './environment-problems.ts';
import {
  asJson,
  autoOr,
  cgroupName,
  headers,
  hostFile,
  hostFolder,
  hostFolders,
  hostNames,
  imageName,
  listenAddress,
  moduleNames,
  natsServers,
  noneOr,
  numberOf,
  plainName,
  plainText,
  sandboxFolder,
  seconds,
  size,
  webAddress,
  wholeNumber,
  yesOrNo,
  type SettingKind,
} from './setting-kinds.ts';
import type { Resolved } from './written-path.ts';

/** What is known of a setting besides which values it takes. */
export interface SettingNotes extends Omit<SettingKind<z.ZodType>, 'schema'> {
  readonly description: string;
  /** The default as one would write it in the file; absent when there is none. */
  readonly written: unknown;
  /** An environment variable of another name that sets it too. */
  readonly alias?: string;
}

/** Notes on every setting, by its schema. Complete once this module is loaded. */
export const settingNotes = z.registry<SettingNotes>();

function setting<Schema extends z.ZodType>(
  { schema, ...kind }: SettingKind<Schema>,
  written: z.input<Schema> & z.core.util.NoUndefined<z.input<Schema>>,
  description: string,
): z.ZodPrefault<Schema> {
  const withDefault = z.prefault(schema, written);
  settingNotes.add(withDefault, { ...kind, description, written });
  return withDefault;
}

function optionalSetting<Schema extends z.ZodType>(
  { schema, ...kind }: SettingKind<Schema>,
  description: string,
  alias?: string,
): z.ZodOptional<Schema> {
  const optional = z.optional(schema);
  settingNotes.add(optional, { ...kind, description, written: undefined, ...(alias !== undefined && { alias }) });
  return optional;
}

const docker = z
  .strictObject({
    image: setting(imageName, 'lean-docker-mcp:latest', 'The image that sandboxes are made from.'),
    base_image: setting(imageName, 'debian:bookworm-slim', 'The image that the sandbox image is built on.'),
    toolchain_dir: optionalSetting(
      hostFolder,
      'A Lean toolchain on this machine to build the image from, instead of one that elan installed or a download.',
      'LEAN_TOOLCHAIN_DIR',
    ),
    working_dir: setting(sandboxFolder, '/home/leanuser/project', 'The folder in the sandbox where programs run.'),
    memory_limit: setting(
      autoOr(size('6m')),
      'auto',
      'Memory of a sandbox, with swap included and files in tmpfs counted; auto is 1g, or what the image asks for when that is more.',
    ),
    cpu_limit: setting(numberOf('a number of CPUs', 0.01), 1, 'CPUs of a sandbox, fractions allowed.'),
    pids_limit: setting(wholeNumber(8, 32_768), 256, 'Processes and threads in a sandbox.'),
    tmpfs_size: setting(size('64k'), '128m', 'Size of the work folder and of /tmp, each.'),
    timeout: setting(
      { ...seconds, expected: 'seconds from 1 to docker.max_timeout' },
      30,
      'Run time of a call that names none. Waiting for a sandbox is not counted.',
    ),
    max_timeout: setting(seconds, 300, 'The longest run time that a call may ask for.'),
    drain_timeout: setting(
      seconds,
      5,
      'How long calls under way may still take when the server is asked to stop. Keep it below what your system gives a process to end.',
    ),
    network_disabled: setting(yesOrNo, true, 'Whether sandboxes have no network.'),
    runtime: optionalSetting(
      plainName,
      'The runtime that the engine uses for sandboxes, such as runsc for gVisor; its own default if this is not set.',
    ),
    cgroup_parent: optionalSetting(
      cgroupName,
      'The cgroup that all sandboxes are put into, so that an operator can limit them together.',
    ),
    read_only: setting(yesOrNo, true, 'Whether the root file system of a sandbox cannot be written to.'),
    output_limit: setting(
      size('1k'),
      '64k',
      'How much of what a program writes is kept, of each of stdout and stderr: the beginning and the end.',
    ),
    max_output: setting(size('1k'), '64m', 'How much a program may write before it is stopped.'),
    message_limit: setting(
      wholeNumber(100, 10_000_000),
      16_000,
      "How many characters of Lean's messages are kept in a result.",
    ),
    result_limit: setting(
      size('16k'),
      20_000,
      'How large a result may be, as data and text together. What is left out is counted, and can be read for some minutes.',
    ),
    max_code_size: setting(size('1k'), '1m', 'The largest code that a call may bring.'),
    session_idle_timeout: setting(seconds, 1800, 'How long a session lives without a call.'),
    max_sessions: setting(wholeNumber(1, 1024), 32, 'How many sessions may be open at a time.'),
    pool_enabled: setting(yesOrNo, true, 'Whether sandboxes are made ahead of calls.'),
    pool_size: setting(
      autoOr(wholeNumber(0, 32)),
      'auto',
      'How many sandboxes are kept ready; auto fits their number to CPUs, free memory, what each may use of it, and what other servers have on the engine.',
    ),
    pool_max_age: setting(seconds, 300, 'How long a sandbox is kept ready before a new one replaces it.'),
    idle_timeout: setting(
      numberOf('seconds', 0, 86_400),
      600,
      'After this long without a call the server removes all its sandboxes, those of sessions too, and makes them anew for the next call; 0 for never.',
    ),
    max_concurrent_creations: setting(
      autoOr(wholeNumber(1, 32)),
      'auto',
      'How many sandboxes are made at a time; auto is one for every two CPUs.',
    ),
    max_concurrent_calls: setting(
      autoOr(wholeNumber(1, 1024)),
      'auto',
      'How many calls are executed at a time; auto fits their number to CPUs, memory and what each may use of it.',
    ),
    max_waiting_calls: setting(
      wholeNumber(0, 100_000),
      256,
      'How many calls may wait for their turn; more are told to try again later.',
    ),
  })
  .refine((values) => values.timeout <= values.max_timeout, {
    path: ['timeout'],
    // Compared whatever else is wrong, so that one message tells it all.
    when: ({ value }) => timeouts.safeParse(value).success,
  });

const timeouts = z.object({ timeout: z.number(), max_timeout: z.number() });

const lean = z.strictObject({
  allowed_imports: setting(
    autoOr(moduleNames),
    'auto',
    'Modules that code may import, with all below them: Lean allows Lean.Elab. auto is what the image has. An empty list allows every module.',
  ),
  blocked_imports: setting(
    moduleNames,
    [],
    'Modules that code may not import, with all below them. Wins over allowed_imports.',
  ),
  elaborator: setting(
    yesOrNo,
    true,
    'Whether calls use the elaborator of an image that has one, in place of the language server: the verdict of lean itself, and programs run in the process that has checked them.',
  ),
  project_roots: setting(
    hostFolders,
    [],
    'Folders of this machine, with all below them, from which check-project may take a project on stdin and stdout, besides the roots that the client names.',
  ),
  warm_headers: setting(
    autoOr(headers),
    'auto',
    'Imports for which sandboxes are kept ready: each entry the modules of one header, separated by spaces, and an empty one for no imports; auto is no imports, and Mathlib where the image has it.',
  ),
});

const sessions = z.strictObject({
  directory: optionalSetting(
    noneOr(hostFolder),
    'A folder in which the accepted text of sessions is kept, so that they outlive the server. Not set: over HTTP, a folder for its address in $XDG_STATE_HOME/lean-docker-mcp/sessions; otherwise, and with none, sessions end with the server.',
  ),
  keep_days: setting(wholeNumber(1, 36_500), 30, 'How many days a session is kept in that folder that nobody calls.'),
  max_text: setting(
    size('1k'),
    '1m',
    'How much text a session may accept in all. What nothing more fits into can be forked or rewound.',
  ),
});

const verify = z.strictObject({
  signing_key: optionalSetting(
    hostFile,
    'An Ed25519 private key in PEM form, with which receipts are signed: openssl genpkey -algorithm ed25519. Not set: they are not.',
  ),
  max_export: setting(
    size('64k'),
    '24m',
    'How large what a statement or a submission consists of may be, as text; more is undecided. At most 30m.',
  ),
  trust_unsound_kernels: setting(
    yesOrNo,
    true,
    'Whether a kernel with known soundness bugs may still verify, with a warning in the verdict; otherwise it is undecided.',
  ),
  ready: setting(
    wholeNumber(0, 32),
    2,
    'How many sandboxes for verifying are kept ready after a verification; 0 for none.',
  ),
});

const http = z.strictObject({
  listen: optionalSetting(
    listenAddress,
    'Where serve listens for HTTP, [HOST:]PORT, instead of using stdin and stdout. Without a host only this machine is served.',
  ),
  allowed_hosts: setting(
    hostNames,
    [],
    'Names by which clients and web pages may call the server, besides those of this machine.',
  ),
  tokens_file: setting(
    hostFile,
    '~/.lean-docker-mcp/tokens.json',
    'The file with the tokens that callers need, written by the command token. Without this file, and without oidc_issuer, only this machine is served and nobody is asked.',
  ),
  public_url: optionalSetting(
    webAddress,
    'The address of the protocol as clients know it, such as https://lean.example.org/mcp, when it is not the one that is listened on.',
  ),
  oidc_issuer: optionalSetting(
    webAddress,
    'An OpenID Connect provider whose tokens are accepted, as the iss of its tokens names it.',
  ),
  oidc_audience: optionalSetting(plainText, 'The aud of tokens that are meant for this server; public_url if not set.'),
  oidc_jwks_url: optionalSetting(
    webAddress,
    "Where the provider's keys are; found by its discovery document if not set.",
  ),
  oidc_scope: optionalSetting(plainText, "A scope that the provider's tokens must have."),
  max_calls: setting(
    autoOr(wholeNumber(1, 1024)),
    'auto',
    'How many calls of one caller are executed at a time; auto leaves a quarter of docker.max_concurrent_calls to others.',
  ),
  max_waiting_calls: setting(
    wholeNumber(0, 100_000),
    64,
    'How many calls of one caller may wait for their turn; more are told to try again later.',
  ),
  max_sessions: setting(wholeNumber(1, 1024), 8, 'How many sessions one caller may have open.'),
  max_cpu_seconds: optionalSetting(
    numberOf('CPU-seconds a minute', 1),
    'CPU-seconds a minute that the calls of one caller may use: the time that they run, times docker.cpu_limit. Not set: any.',
  ),
  max_body_size: setting(size('1k'), '4m', 'The largest body of a request.'),
  max_connections: setting(wholeNumber(1, 100_000), 1024, 'How many connections may be open at a time.'),
});

const batches = z.strictObject({
  max_waiting: setting(
    wholeNumber(1, 10_000_000),
    1000,
    'How many items of batches of one caller may wait; its sender is not read any further meanwhile, and told to try again later with another batch.',
  ),
  max_items: setting(wholeNumber(1, 100_000_000), 1_000_000, 'How many items a batch may have.'),
  max_results: setting(size('1m'), '1g', 'How much room results may take, on the disk of the server.'),
  keep_hours: setting(
    numberOf('hours', 0.01, 720),
    6,
    'How long a batch and its results are kept that nobody asks for.',
  ),
});

const nats = z.strictObject({
  queue: optionalSetting(
    natsServers,
    'The servers of NATS, nats://HOST:PORT with commas between, to whose queue batches over HTTP go instead of being checked here.',
  ),
  work: optionalSetting(natsServers, 'The servers of NATS from whose queue this server takes checks.'),
  sessions: optionalSetting(
    natsServers,
    'The servers of NATS that keep sessions, so that every server that has the same can continue them; in place of sessions.directory.',
  ),
  credentials_file: optionalSetting(hostFile, 'A file with the credentials for NATS, as nsc writes it.'),
  ca_file: optionalSetting(
    hostFile,
    'A file with the certificates that the servers of NATS are known by; connections are then encrypted.',
  ),
  prefix: setting(
    plainName,
    'lean',
    'What the names of everything kept in NATS begin with, so that several installations can use the same servers.',
  ),
  replicas: setting(
    autoOr(wholeNumber(1, 5)),
    'auto',
    'How many servers of NATS keep each message; auto is 3 where three or more are named, and 1 otherwise.',
  ),
  lease: setting(
    numberOf('seconds', 1, 3600),
    30,
    'How long a worker that says nothing keeps a check until another one gets it.',
  ),
  max_taken: setting(
    wholeNumber(1, 1_000_000),
    1000,
    'How many checks of one caller all workers together may have at a time.',
  ),
  max_share: setting(
    numberOf('a number', 0.01, 1),
    0.75,
    'The part of the calls at a time of this server that checks of a queue may be while somebody calls it, too; without calls for a minute they may be all.',
  ),
});

const telemetry = z.strictObject({
  audit_file: optionalSetting(
    hostFile,
    'A file to which one line is appended for every call: who, the SHA-256 of the code, how it ended, how long it took. Not set: these lines are part of the log.',
  ),
});

/** What an environment has of its own is like what all have, and may be left out. */
function own<Schema extends z.ZodType>(common: z.ZodPrefault<Schema> | z.ZodOptional<Schema>): z.ZodOptional<Schema> {
  const optional = z.optional(common.unwrap());
  const notes = settingNotes.get(common);
  if (notes !== undefined) settingNotes.add(optional, notes);
  return optional;
}

const { image, base_image, toolchain_dir, memory_limit, cpu_limit, pids_limit, tmpfs_size } = docker.shape;
const { allowed_imports, blocked_imports, warm_headers } = lean.shape;
const environment = z.strictObject({
  image: own(image),
  base_image: own(base_image),
  toolchain_dir: own(toolchain_dir),
  lean_version: optionalSetting(
    plainName,
    'The Lean release that its image is built from when it is missing, for instance 4.27.0.',
  ),
  memory_limit: own(memory_limit),
  cpu_limit: own(cpu_limit),
  pids_limit: own(pids_limit),
  tmpfs_size: own(tmpfs_size),
  allowed_imports: own(allowed_imports),
  blocked_imports: own(blocked_imports),
  warm_headers: own(warm_headers),
} satisfies EnvironmentShape);

const environments = z
  // A name with nothing below it is an environment that has all from above.
  .record(
    environmentName.schema,
    z.preprocess((given) => given ?? {}, environment),
  )
  .refine((all) => Object.keys(all).length > 0);

/** Everything that can be configured, in the shape and with the names of the file. */
export const settingsSchema = z.strictObject({
  debug: setting(yesOrNo, false, 'Whether the log tells details.'),
  environments: optionalSetting(
    {
      schema: environments,
      expected: 'a map of names, each with settings of its own below it',
      fromText: asJson,
      show: (value) => Object.keys(value as object).join(', '),
      problems: (value) => environmentProblems(value, environment.shape, (field) => settingNotes.get(field)?.expected),
    },
    'Several Leans in one server, by name: see environments.md. Each may have of its own image, base_image, toolchain_dir, lean_version, memory_limit, cpu_limit, pids_limit, tmpfs_size, allowed_imports, blocked_imports and warm_headers, and has the rest from docker and lean. The first is used by calls that name none. Not set: one, as docker and lean say.',
  ),
  docker: docker.prefault({}),
  lean: lean.prefault({}),
  sessions: sessions.prefault({}),
  verify: verify.prefault({}),
  http: http.prefault({}),
  batches: batches.prefault({}),
  nats: nats.prefault({}),
  telemetry: telemetry.prefault({}),
});

/** The parts of the configuration that have keys of their own. */
export const sections = {
  docker: docker.shape,
  lean: lean.shape,
  sessions: sessions.shape,
  verify: verify.shape,
  http: http.shape,
  batches: batches.shape,
  nats: nats.shape,
  telemetry: telemetry.shape,
} as const;

/** Values that can be used, with paths as they were written. */
export type WrittenSettings = z.output<typeof settingsSchema>;

/** What an environment has of its own. */
export type EnvironmentSettings = Resolved<z.output<typeof environment>>;

/** A valid configuration. Sizes are numbers of bytes, times are seconds, paths of this machine are absolute. */
export interface Settings {
  readonly debug: boolean;
  /** In their order; absent: one without a name. */
  readonly environments?: Readonly<Record<string, EnvironmentSettings>> | undefined;
  readonly docker: Resolved<WrittenSettings['docker']>;
  readonly lean: Resolved<WrittenSettings['lean']>;
  readonly sessions: Resolved<WrittenSettings['sessions']>;
  readonly verify: Resolved<WrittenSettings['verify']>;
  readonly http: Resolved<WrittenSettings['http']>;
  readonly batches: Resolved<WrittenSettings['batches']>;
  readonly nats: Resolved<WrittenSettings['nats']>;
  readonly telemetry: Resolved<WrittenSettings['telemetry']>;
}

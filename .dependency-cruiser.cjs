/*
 * What may import what; part of `npm run lint`. Imports of types count like any other, because a type that leaks is a
 * dependency too. docs/architecture.md explains the directions; scripts/dependency-rules.test.ts shows that each rule bites.
 */

/** What fronts see of the execution of code. */
const contracts = [
  'execution/execution-service.ts',
  'execution/find-service.ts',
  'execution/session-service.ts',
  'execution/proof-service.ts',
  'execution/verify-service.ts',
  'execution/project-service.ts',
];
/** What fronts see of batches. */
const batchContracts = [
  'batches/batch-item.ts',
  'batches/batch-service.ts',
  'batches/in-order.ts',
  'batches/item-lines.ts',
];

/** Every folder may import itself, src/core, the contract in telemetry/telemetry.ts, and what is named here. */
const folders = {
  core: [],
  telemetry: [],
  config: [],
  pool: [],
  sandbox: [],
  'sandbox/docker': ['sandbox/sandbox.ts'],
  'lean/source': ['lean/diagnostic.ts'],
  'lean/reading': [],
  'lean/language-server': [
    'lean/declaration.ts',
    'lean/diagnostic.ts',
    'lean/inspection.ts',
    'lean/moved-diagnostics.ts',
    'lean/questions.ts',
    'lean/reading/',
    'lean/source/',
  ],
  'lean/elaborator': [
    'lean/declaration.ts',
    'lean/diagnostic.ts',
    'lean/lean.ts',
    'lean/reading/',
    'lean/source/',
    'lean/toolchain.ts',
  ],
  lean: ['lean/elaborator/', 'lean/reading/', 'lean/source/', 'lean/language-server/', 'sandbox/sandbox.ts'],
  // Knows what a sandbox is made of, and how it may be asked for.
  'engine-proxy': ['sandbox/docker/container-spec.ts', 'sandbox/docker/labels.ts', 'sandbox/sandbox.ts'],
  // Servers of NATS, and messages there; what they are about is the business of who has them.
  nats: [],
  // Keeps what is compiled of a session's files as it keeps its Lean.
  sessions: ['lean/', 'projects/compiled-files.ts', 'projects/project.ts'],
  // Texts that import each other; who may have them checked, and when, is the business of `execution`.
  projects: ['lean/', 'sandbox/sandbox.ts'],
  // Folders of this machine, for those who may name one.
  'project-folder': ['lean/lake-project.ts', 'projects/project-path.ts', 'projects/project.ts'],
  'sessions/nats': ['sessions/', 'nats/'],
  execution: ['finding/', 'lean/', 'sessions/', 'pool/', 'projects/', 'sandbox/sandbox.ts', 'verify/'],
  // Many texts, on top of the contract of one.
  batches: ['execution/execution-service.ts', 'execution/shared-lean.ts', 'lean/source/main-definition.ts'],
  'batches/nats': ['batches/', 'nats/'],
  report: [
    'batches/batch-item.ts',
    'execution/execution-service.ts',
    'execution/find-service.ts',
    'execution/proof-service.ts',
    'execution/project-service.ts',
    'execution/verify-service.ts',
    'finding/declaration-kinds.ts',
    'lean/declaration.ts',
    'lean/diagnostic.ts',
    // Pure, as `diagnostic.ts`: what its messages suggest.
    'lean/suggestions.ts',
    'projects/project.ts',
    'verify/verification.ts',
  ],
  mcp: [
    ...contracts,
    ...batchContracts,
    'finding/declaration-kinds.ts',
    'projects/project.ts',
    'projects/take-files.ts',
    'report/',
  ],
  // The same protocol servers as `mcp` makes, behind addresses, identities and limits.
  http: ['batches/item-lines.ts', 'batches/work-queue.ts', 'execution/session-service.ts', 'identity/', 'mcp/'],
  identity: [],
  // Lists of what libraries declare, and the search in them; who looks for what is the business of `execution`.
  finding: ['lean/', 'sandbox/sandbox.ts'],
  // Texts and exports; who may verify, and when, is the business of `execution`.
  verify: ['lean/', 'pool/', 'projects/', 'sandbox/sandbox.ts'],
  // Tries out what it has built with the driver, the Lean client and the verifier that calls will use.
  image: ['lean/', 'sandbox/', 'verify/'],
  // Asks about everything that a call needs; of the configuration it knows the shape only.
  doctor: [
    'config/schema.ts',
    'execution/execution-service.ts',
    'image/',
    'lean/',
    'sandbox/docker/engine-facts.ts',
    'sandbox/sandbox.ts',
  ],
  attacks: [
    'execution/execution-service.ts',
    'execution/project-service.ts',
    'execution/session-service.ts',
    'execution/verify-service.ts',
    'lean/diagnostic.ts',
    'projects/project.ts',
    'projects/take-files.ts',
    'report/',
    'verify/verification.ts',
  ],
  clients: [],
  // The composition root.
  app: [''],
  cli: [
    'app/',
    'attacks/',
    'clients/',
    'config/',
    'doctor/',
    ...contracts,
    ...batchContracts,
    'finding/declaration-kinds.ts',
    'http/serve-',
    'identity/',
    'image/',
    'lean/diagnostic.ts',
    'lean/lake-project.ts',
    'mcp/serve-',
    'report/',
    'mcp/skill.ts',
    'project-folder/',
    'projects/project.ts',
    'verify/receipt.ts',
  ],
};

/** Folders of which the rest of the program sees one file. */
const insides = {
  'only-lean-server-speaks-lsp': ['lean/language-server', ['lean/lean-server.ts']],
  'only-lean-elaborator-speaks-to-it': [
    'lean/elaborator',
    ['lean/lean-elaborator.ts', 'lean/running-program.ts', 'lean/elaborator-self-test.ts'],
  ],
  'only-these-know-docker': ['sandbox/docker', ['app', 'doctor', 'engine-proxy', 'image']],
  'only-these-know-nats': ['nats', ['app', 'batches/nats', 'sessions/nats']],
  'only-app-opens-a-queue': ['batches/nats', ['app']],
  'only-app-keeps-sessions-on-nats': ['sessions/nats', ['app']],
  'only-app-picks-a-logger': ['telemetry/pino-logger.ts', ['app']],
  'only-app-picks-metrics': ['telemetry/prometheus-metrics.ts', ['app']],
  'only-app-traces': ['telemetry/open-telemetry.ts', ['app']],
  'only-app-remembers': ['telemetry/recent-history.ts', ['app']],
  'only-app-picks-an-audit': ['telemetry/audit-log.ts', ['app']],
  'only-app-opens-the-event-stream': ['telemetry/event-stream.ts', ['app']],
};

/** Packages that one place knows; `types` may import only their types. */
const packages = [
  { name: 'dockerode', in: ['sandbox/docker'], types: ['image', 'doctor', 'app'] },
  { name: 'p-queue', in: ['sandbox/docker', 'batches'] },
  { name: '@modelcontextprotocol', in: ['mcp', 'http'] },
  { name: '@nats-io', in: ['nats', 'batches/nats', 'sessions/nats'] },
  { name: 'hono', in: ['http'] },
  { name: 'jose', in: ['identity'] },
  { name: '@hono', in: ['http'] },
  { name: 'pino', in: ['telemetry'] },
  { name: 'prom-client', in: ['telemetry'] },
  { name: '@opentelemetry', in: ['telemetry'] },
  { name: 'cli-progress', in: ['cli'] },
  { name: 'commander', in: ['cli'] },
  { name: '@commander-js', in: ['cli'] },
  { name: 'yaml', in: ['config', 'sessions'] },
  { name: 'jsonc-parser', in: ['clients'] },
  { name: 'toml-eslint-parser', in: ['clients'] },
  { name: 'diff', in: ['clients'] },
  { name: 'leven', in: ['config'] },
  { name: 'smol-toml', in: ['projects'] },
  { name: 'ignore', in: ['project-folder'] },
  { name: 'undici', in: ['image/toolchain'] },
  { name: 'fzstd', in: ['image/toolchain'] },
  { name: 'proper-lockfile', in: ['image/toolchain', 'identity', 'sessions'] },
  { name: 'semver', in: ['image', 'verify'] },
  { name: 'tar-stream', in: ['image'] },
];

const test = '[.]test[.]ts$';
const escape = (text) => text.replaceAll('.', '[.]');
const within = (path) => `^src/${escape(path)}${path.endsWith('.ts') ? '$' : '/'}`;
const startingWith = (path) => `^src/${escape(path)}${path.endsWith('.ts') ? '$' : ''}`;
const subfolders = (folder) => Object.keys(folders).filter((other) => other.startsWith(`${folder}/`));
const packagePath = (name) => `(^|/)${name}(/|$)`;

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true },
      to: {},
    },
    {
      name: 'known-folder',
      comment: 'A new folder gets an entry above before anything is in it.',
      severity: 'error',
      from: { path: '^src/.+/', pathNot: Object.keys(folders).map(within) },
      to: {},
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-tests-in-program',
      comment: 'The package holds neither tests nor scripts.',
      severity: 'error',
      from: { path: '^src/', pathNot: test },
      to: { path: [test, '^(test|scripts|bench)/'] },
    },
    {
      name: 'no-development-packages-in-program',
      severity: 'error',
      from: { path: '^src/', pathNot: test },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], pathNot: packagePath('@types') },
    },
    {
      name: 'nobody-imports-the-front',
      comment: 'The command line and the public API are ends; code that others need belongs elsewhere.',
      severity: 'error',
      from: { pathNot: within('cli') },
      to: { path: [within('cli'), within('index.ts')] },
    },
    {
      name: 'public-api',
      severity: 'error',
      from: { path: within('index.ts') },
      to: {
        path: '^src/',
        pathNot: ['app/', 'config/load-config.ts', 'config/schema.ts', 'core/', ...contracts]
          .concat(['lean/diagnostic.ts', 'report/structured-result.ts'])
          .map(startingWith),
      },
    },
    {
      name: 'contract-of-lean',
      comment: 'Who has Lean elaborate something knows lean/lean.ts, and not who does it, by no way round either.',
      severity: 'error',
      from: { path: [within('execution'), within('sessions')], pathNot: test },
      to: { path: [within('lean/language-server'), within('lean/elaborator')], reachable: true },
    },
    {
      name: 'doctor-knows-types-of-config',
      severity: 'error',
      from: { path: within('doctor'), pathNot: test },
      to: { path: within('config'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'docker-client-on-demand',
      comment: 'Loading dockerode takes longer than the rest of the start.',
      severity: 'error',
      from: { pathNot: test },
      to: { path: packagePath('dockerode'), dependencyTypesNot: ['type-only', 'dynamic-import'] },
    },
    {
      name: 'nats-client-on-demand',
      comment: 'Who has no queue and no sessions there does not load it; queue-work.ts is loaded where it is wanted.',
      severity: 'error',
      from: { path: [within('app'), within('cli')], pathNot: [test, within('app/queue-work.ts')] },
      to: {
        path: ['nats', 'batches/nats', 'sessions/nats', 'app/queue-work.ts'].map(within),
        dependencyTypesNot: ['type-only', 'dynamic-import'],
      },
    },
    ...Object.entries(folders).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      severity: 'error',
      from: { path: within(folder), pathNot: [test, ...subfolders(folder).map(within)] },
      to: {
        path: '^src/',
        pathNot: [folder === 'sandbox' ? 'sandbox/sandbox.ts' : `${folder}/`]
          .concat(folder === 'telemetry' ? [] : ['telemetry/telemetry.ts'], ['core/'], allowed)
          .map(startingWith),
      },
    })),
    ...Object.entries(insides).map(([name, [inside, knownTo]]) => ({
      name,
      severity: 'error',
      from: { path: '^src/', pathNot: [test, within(inside), ...knownTo.map(within)] },
      to: { path: within(inside) },
    })),
    ...packages.map(({ name, in: places, types = [] }) => ({
      name: `${name}-only-in-${places.join('-')}`,
      severity: 'error',
      from: { path: '^src/', pathNot: [test, ...[...places, ...types].map(within)] },
      to: { path: packagePath(name) },
    })),
    ...packages.flatMap(({ name, types }) =>
      types === undefined
        ? []
        : [
            {
              name: `${name}-types-only`,
              severity: 'error',
              from: { path: types.map(within), pathNot: test },
              to: { path: packagePath(name), dependencyTypesNot: ['type-only'] },
            },
          ],
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};

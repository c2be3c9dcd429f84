import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A rule, a file that breaks it, and what that file holds. */
type Breach = readonly [rule: string, file: string, text: string];

const typeOf = (specifier: string): string => `import type { A } from '${specifier}';\nexport type B = A;\n`;
const valueOf = (specifier: string): string => `import { a } from '${specifier}';\nexport const b = a;\n`;

const breaches: readonly Breach[] = [
  ['no-cycles', 'core/cycle-a.ts', typeOf('./cycle-b.ts')],
  ['no-orphans', 'core/orphan.ts', 'export const a = 1;\n'],
  ['known-folder', 'queue/a.ts', typeOf('../core/app-error.ts')],
  ['resolvable', 'core/missing.ts', typeOf('./nowhere.ts')],
  ['no-tests-in-program', 'core/test.ts', typeOf('./bytes.test.ts')],
  ['no-tests-in-program', 'core/script.ts', typeOf('../../scripts/generated-section.ts')],
  ['no-development-packages-in-program', 'core/vitest.ts', valueOf('vitest')],
  ['nobody-imports-the-front', 'mcp/front.ts', typeOf('../cli/terminal.ts')],
  ['nobody-imports-the-front', 'app/api.ts', typeOf('../index.ts')],
  ['public-api', 'index.ts', typeOf('./sessions/session.ts')],
  ['docker-client-on-demand', 'sandbox/docker/eager.ts', valueOf('dockerode')],
  ['core-imports', 'core/a.ts', typeOf('../config/schema.ts')],
  ['telemetry-imports', 'telemetry/a.ts', typeOf('../config/schema.ts')],
  ['config-imports', 'config/a.ts', typeOf('../lean/toolchain.ts')],
  ['pool-imports', 'pool/a.ts', typeOf('../lean/lean-server.ts')],
  ['pool-imports', 'pool/b.ts', typeOf('../sandbox/sandbox.ts')],
  ['sandbox-imports', 'sandbox/sandbox.ts', typeOf('./docker/docker-driver.ts')],
  ['sandbox/docker-imports', 'sandbox/docker/a.ts', typeOf('../../lean/toolchain.ts')],
  ['lean/source-imports', 'lean/source/a.ts', typeOf('../../sandbox/sandbox.ts')],
  ['lean/language-server-imports', 'lean/language-server/a.ts', typeOf('../../sandbox/sandbox.ts')],
  ['lean/reading-imports', 'lean/reading/a.ts', typeOf('../../sandbox/sandbox.ts')],
  ['lean/elaborator-imports', 'lean/elaborator/a.ts', typeOf('../../sandbox/sandbox.ts')],
  ['lean/reading-imports', 'lean/reading/a.ts', typeOf('../lean.ts')],
  ['lean/elaborator-imports', 'lean/elaborator/a.ts', typeOf('../../sandbox/sandbox.ts')],
  ['lean-imports', 'lean/a.ts', typeOf('../sandbox/docker/docker-driver.ts')],
  ['sessions-imports', 'sessions/a.ts', typeOf('../execution/execution-service.ts')],
  ['execution-imports', 'execution/a.ts', typeOf('../sandbox/docker/docker-driver.ts')],
  ['execution-imports', 'execution/b.ts', typeOf('../config/schema.ts')],
  ['execution-imports', 'execution/c.ts', typeOf('../report/structured-result.ts')],
  ['batches-imports', 'batches/a.ts', typeOf('../execution/local-execution-service.ts')],
  ['projects-imports', 'projects/a.ts', typeOf('../execution/execution-service.ts')],
  ['project-folder-imports', 'project-folder/a.ts', typeOf('../projects/project-checker.ts')],
  ['finding-imports', 'finding/a.ts', typeOf('../execution/execution-service.ts')],
  ['verify-imports', 'verify/a.ts', typeOf('../execution/execution-service.ts')],
  ['report-imports', 'report/a.ts', typeOf('../lean/lean-server.ts')],
  ['mcp-imports', 'mcp/a.ts', typeOf('../sessions/session.ts')],
  ['mcp-imports', 'mcp/tools/b.ts', typeOf('../../execution/local-execution-service.ts')],
  ['http-imports', 'http/a.ts', typeOf('../execution/local-execution-service.ts')],
  ['engine-proxy-imports', 'engine-proxy/a.ts', typeOf('../sandbox/docker/docker-driver.ts')],
  ['identity-imports', 'identity/a.ts', typeOf('../http/exchange.ts')],
  ['image-imports', 'image/a.ts', typeOf('../config/schema.ts')],
  ['image-imports', 'image/toolchain/b.ts', typeOf('../../execution/execution-service.ts')],
  ['doctor-imports', 'doctor/a.ts', typeOf('../config/load-config.ts')],
  ['doctor-imports', 'doctor/checks/b.ts', typeOf('../../sandbox/docker/engine.ts')],
  ['doctor-knows-types-of-config', 'doctor/schema.ts', valueOf('../config/schema.ts')],
  ['clients-imports', 'clients/a.ts', typeOf('../config/schema.ts')],
  ['attacks-imports', 'attacks/a.ts', typeOf('../sandbox/sandbox.ts')],
  ['cli-imports', 'cli/a.ts', typeOf('../sessions/session.ts')],
  ['cli-imports', 'cli/b.ts', typeOf('../mcp/tool.ts')],
  ['only-lean-server-speaks-lsp', 'execution/lsp.ts', typeOf('../lean/language-server/lean-protocol.ts')],
  ['only-lean-server-speaks-lsp', 'lean/lsp.ts', typeOf('./language-server/lean-protocol.ts')],
  ['only-lean-elaborator-speaks-to-it', 'lean/frames.ts', typeOf('./elaborator/keeper-frames.ts')],
  ['only-lean-elaborator-speaks-to-it', 'execution/frames.ts', typeOf('../lean/elaborator/keeper-frames.ts')],
  ['contract-of-lean', 'execution/way-round.ts', typeOf('../lean/lean-server.ts')],
  ['contract-of-lean', 'sessions/way-round.ts', typeOf('../lean/lean-server.ts')],
  ['only-these-know-docker', 'sessions/docker.ts', typeOf('../sandbox/docker/docker-driver.ts')],
  ['only-these-know-nats', 'http/nats.ts', typeOf('../nats/connect-nats.ts')],
  ['only-app-opens-a-queue', 'http/queue.ts', typeOf('../batches/nats/nats-work-queue.ts')],
  ['only-app-keeps-sessions-on-nats', 'execution/kept.ts', typeOf('../sessions/nats/nats-session-store.ts')],
  ['nats-client-on-demand', 'app/eager-queue.ts', valueOf('./queue-work.ts')],
  ['nats-imports', 'nats/a.ts', typeOf('../batches/work-queue.ts')],
  ['batches/nats-imports', 'batches/nats/a.ts', typeOf('../../execution/execution-service.ts')],
  ['sessions/nats-imports', 'sessions/nats/a.ts', typeOf('../../lean/lean.ts')],
  ['only-app-picks-metrics', 'http/prometheus.ts', typeOf('../telemetry/prometheus-metrics.ts')],
  ['only-app-traces', 'mcp/traces.ts', typeOf('../telemetry/open-telemetry.ts')],
  ['only-app-remembers', 'http/history.ts', typeOf('../telemetry/recent-history.ts')],
  ['only-app-picks-an-audit', 'mcp/audit.ts', typeOf('../telemetry/audit-log.ts')],
  ['only-app-opens-the-event-stream', 'execution/events.ts', typeOf('../telemetry/event-stream.ts')],
  ['only-app-picks-a-logger', 'mcp/logger.ts', typeOf('../telemetry/pino-logger.ts')],
  ['dockerode-types-only', 'image/engine.ts', "export const a = await import('dockerode');\n"],
  ...packageBreaches({
    dockerode: ['sandbox/docker', 'mcp'],
    'p-queue': ['sandbox/docker-batches', 'execution'],
    '@modelcontextprotocol/server': ['mcp-http', 'report'],
    '@modelcontextprotocol/server/stdio': ['mcp-http', 'cli'],
    '@nats-io/jetstream': ['nats-batches/nats-sessions/nats', 'http'],
    hono: ['http', 'mcp'],
    jose: ['identity', 'http'],
    '@hono/node-server': ['http', 'cli'],
    pino: ['telemetry', 'app'],
    'prom-client': ['telemetry', 'http'],
    '@opentelemetry/api': ['telemetry', 'mcp'],
    'cli-progress': ['cli', 'app'],
    commander: ['cli', 'app'],
    '@commander-js/extra-typings': ['cli', 'app'],
    yaml: ['config-sessions', 'app'],
    diff: ['clients', 'cli'],
    'jsonc-parser': ['clients', 'cli'],
    'toml-eslint-parser': ['clients', 'cli'],
    leven: ['config', 'cli'],
    'smol-toml': ['projects', 'project-folder'],
    ignore: ['project-folder', 'projects'],
    undici: ['image/toolchain', 'image'],
    fzstd: ['image/toolchain', 'image'],
    'proper-lockfile': ['image/toolchain-identity-sessions', 'image'],
    semver: ['image-verify', 'app'],
    'tar-stream': ['image', 'sandbox/docker'],
  }),
];

/** For each package the folders that may import it, as the rule names them, and one that may not. */
function packageBreaches(packages: Readonly<Record<string, readonly [string, string]>>): Breach[] {
  return Object.entries(packages).map(([specifier, [places, other]]) => {
    const name = specifier.startsWith('@') ? specifier.slice(0, specifier.indexOf('/')) : specifier.split('/')[0];
    return [`${name ?? ''}-only-in-${places}`, `${other}/${specifier.replaceAll(/\W/g, '-')}.ts`, typeOf(specifier)];
  });
}

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

const root = join(import.meta.dirname, '..');
const config = join(root, '.dependency-cruiser.cjs');
const require = createRequire(import.meta.url);
let folder = '';
let found: ReadonlySet<string> = new Set();

beforeAll(() => {
  // Below the project, so that its packages are found.
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache', 'dependency-rules-'));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  write('package.json', JSON.stringify({ type: 'module', devDependencies: { vitest: '*' } }));
  write('tsconfig.json', JSON.stringify({ extends: relative(folder, join(root, 'tsconfig.json')) }));
  const targets = breaches.flatMap(([, file, text]) => {
    const specifier = /'(\.[^']+)'/.exec(text)?.[1];
    return specifier === undefined || specifier.includes('nowhere') ? [] : [join('src', dirname(file), specifier)];
  });
  for (const target of targets) write(target, 'export type A = 1;\n');
  write('src/core/cycle-b.ts', typeOf('./cycle-a.ts'));
  write('src/lean/lean-server.ts', "export type { A } from './language-server/lean-protocol.ts';\n");
  for (const [, file, text] of breaches) write(join('src', file), text);

  const depcruise = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const args = ['src', '--config', config, '--output-type', 'json', '--no-progress'];
  const { stdout } = spawnSync(process.execPath, [depcruise, ...args], { cwd: folder, maxBuffer: 1e8 });
  const { summary } = JSON.parse(stdout.toString()) as Cruise;
  found = new Set(summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a file that breaks a dependency rule is found', () => {
  it.each(breaches)('%s: %s', (rule, file) => {
    expect([...found]).toContain(`${rule}: src/${file}`);
  });
});

it('breaks each rule there is', () => {
  const { forbidden } = require(config) as { forbidden: readonly { name: string }[] };
  // Nothing is forbidden to the composition root.
  const rules = forbidden.map(({ name }) => name).filter((name) => name !== 'app-imports');
  expect([...new Set(breaches.map(([rule]) => rule))].sort()).toEqual([...new Set(rules)].sort());
});

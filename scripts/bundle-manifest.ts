import type { McpbManifestAny } from '@anthropic-ai/mcpb';
import { sections, settingNotes, settingsSchema } from '../src/config/schema.ts';
import { listTools } from './tool-reference.ts';

/** What the manifest takes from package.json. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly keywords: readonly string[];
  readonly engines: { readonly node: string };
}

/** What tells a client how to start the bundle, and what to ask its user. */
export async function bundleManifest(facts: PackageFacts): Promise<McpbManifestAny> {
  const { docker } = settingsSchema.parse({});
  const tools = (await listTools()).map(({ name, description = '' }) => ({
    name,
    description: firstSentence(description),
  }));
  return {
    manifest_version: '0.3',
    name: facts.name,
    display_name: 'Lean in Docker',
    version: facts.version,
    description: facts.description,
    long_description:
      'Needs a Docker engine, such as Docker Desktop. The first call builds the container image, which takes a few minutes.',
    author: { name: 'The contributors of lean-docker-mcp' },
    license: facts.license,
    keywords: [...facts.keywords],
    server: {
      type: 'node',
      entry_point: 'dist/cli/main.js',
      mcp_config: {
        command: 'node',
        args: ['${__dirname}/dist/cli/main.js'],
        env: {
          DOCKER_HOST: '${user_config.docker_host}',
          LEAN_DOCKER_MCP_MEMORY_LIMIT: '${user_config.memory_limit}',
          LEAN_DOCKER_MCP_TIMEOUT: '${user_config.timeout}',
        },
      },
    },
    tools,
    prompts_generated: true,
    compatibility: { platforms: ['darwin', 'linux', 'win32'], runtimes: { node: facts.engines.node } },
    user_config: {
      docker_host: {
        type: 'string',
        title: 'Docker engine',
        description: 'Address of the Docker engine, such as unix:///run/user/1000/docker.sock. Empty: found by itself.',
        required: false,
        default: '',
      },
      memory_limit: {
        type: 'string',
        title: 'Memory of a container',
        description: 'For instance 2g; auto is 1g, or what the image asks for when that is more.',
        required: false,
        default: String(settingNotes.get(sections.docker.memory_limit)?.written),
      },
      timeout: {
        type: 'number',
        title: 'Time limit in seconds',
        description: 'How long a call may run when it does not ask for a time of its own.',
        required: false,
        default: docker.timeout,
        min: 1,
        max: docker.max_timeout,
      },
    },
  };
}

function firstSentence(text: string): string {
  return text.replace(/(?<=\.) .*$/s, '');
}

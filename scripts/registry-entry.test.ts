/*
 * server.json, by which the MCP registry knows this server, against what the registry asks for: its documentation of the
 * format of 2025-12-11 and of its own requirements, as a schema.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { settingNotes, sections } from '../src/config/schema.ts';

const root = path.join(import.meta.dirname, '..');
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

const exactVersion = z.string().regex(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/);
const input = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
  format: z.enum(['string', 'number', 'boolean', 'filepath']).optional(),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).min(1).optional(),
  value: z.string().optional(),
});
const npmPackage = z.strictObject({
  registryType: z.literal('npm'),
  registryBaseUrl: z.literal('https://registry.npmjs.org'),
  identifier: z.string(),
  version: exactVersion,
  runtimeHint: z.literal('npx').optional(),
  transport: z.strictObject({ type: z.literal('stdio') }),
  environmentVariables: z.array(input),
});
const registryEntry = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: exactVersion,
  packages: z.array(npmPackage).min(1),
});
const packageJson = z.object({ name: z.string(), version: z.string(), mcpName: z.string() });

describe('server.json', () => {
  const entry = registryEntry.parse(read('server.json'));
  const facts = packageJson.parse(read('package.json'));

  it('is about this package in this version, which names it in turn', () => {
    expect([entry.name, entry.version]).toEqual([facts.mcpName, facts.version]);
    const [npm] = entry.packages;
    expect([npm?.identifier, npm?.version]).toEqual([facts.name, facts.version]);
  });

  it('offers settings that there are, with their defaults', () => {
    const { docker } = sections;
    const written = (schema: object): unknown => settingNotes.get(schema as z.ZodType)?.written;
    const defaults = new Map([
      ['LEAN_DOCKER_MCP_MEMORY_LIMIT', written(docker.memory_limit)],
      ['LEAN_DOCKER_MCP_TIMEOUT', String(written(docker.timeout))],
      ['DOCKER_HOST', undefined],
    ]);
    const offered = entry.packages.flatMap(({ environmentVariables }) => environmentVariables);
    expect(new Map(offered.map((variable) => [variable.name, variable.default]))).toEqual(defaults);
  });
});

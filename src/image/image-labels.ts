import { z } from 'zod';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { Bytes } from '../core/bytes.ts';
import { parseJson } from '../core/parse-json.ts';
import { otherKernels, type Toolchain } from '../lean/toolchain.ts';
import { imagePackages, type ImagePackage } from './packages/package-label.ts';
import { bytesInLabel, imageLabels, labelPrefix, memoryHintInLabel } from '../sandbox/docker/labels.ts';

/** What an image says of itself. */
export interface ImageFacts {
  readonly toolchain: Toolchain;
  /** Of the toolchain's files in it. */
  readonly toolchainSize: Bytes;
  /** How much memory its sandboxes should have. */
  readonly memoryHint?: Bytes;
  /** What was compiled for it and can be imported; absent when nothing was. */
  readonly packages?: readonly ImagePackage[];
  /** Name of the image that it was built on. */
  readonly base: string;
  /** When it was built, as ISO 8601. */
  readonly created: string;
}

/** Changes when labels or contents change so that images built before cannot be used. */
const format = '1';

const toolchainSchema = z.object({
  version: z.string().min(1),
  githash: z.string().exactOptional(),
  versionLine: z.string(),
  worker: z.boolean(),
  serverOptions: z.array(z.string()),
  libraries: z.array(z.string()),
  verifier: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('compiled'), version: z.string() }),
      z.object({ kind: z.literal('none'), reason: z.string() }),
    ])
    .exactOptional(),
  kernels: z.array(z.object({ name: z.enum(otherKernels), flaw: z.string().exactOptional() })).exactOptional(),
  elaborator: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('compiled'), protocol: z.int(), index: z.literal(true).exactOptional() }),
      z.object({ kind: z.literal('none'), reason: z.string() }),
    ])
    .exactOptional(),
}) satisfies z.ZodType<Toolchain>;

const readJson = (label: unknown): unknown =>
  typeof label === 'string' && label !== '' ? parseJson(label) : undefined;
const labelsSchema = z.object({
  toolchain: z.preprocess(readJson, toolchainSchema),
  packages: z.preprocess(readJson, imagePackages.optional()),
  'toolchain-size': bytesInLabel,
  'memory-hint': memoryHintInLabel,
  base: z.string(),
  created: z.string(),
});

/** The facts as labels. Every label is always there, so that none is inherited from a base image of ours. */
export function toLabels(facts: ImageFacts): Record<string, string> {
  const { toolchain, toolchainSize, memoryHint, packages, base, created } = facts;
  return withPrefix({
    'image-format': format,
    toolchain: JSON.stringify(toolchain),
    'toolchain-size': String(toolchainSize),
    version: toolchain.version,
    githash: toolchain.githash ?? '',
    elaborator: toolchain.elaborator?.kind ?? '',
    verifier: toolchain.verifier?.kind ?? '',
    'memory-hint': memoryHint === undefined ? '' : String(memoryHint),
    packages: packages === undefined ? '' : JSON.stringify(packages),
    base,
    created,
  });
}

/**
 * Reads the facts from an image's labels.
 *
 * @throws AppError `image-unusable` when it is not one of ours, of another format, or damaged
 */
export function fromLabels(name: string, labels: Readonly<Record<string, string>>): ImageFacts {
  const foundFormat = labels[imageLabels.format];
  if (foundFormat === undefined) throw unusable(`The image ${name} was not built by lean-docker-mcp.`);
  if (foundFormat !== format)
    throw unusable(`The image ${name} has format ${foundFormat}; this version of lean-docker-mcp reads ${format}.`);
  const { success, data, error } = labelsSchema.safeParse(withoutPrefix(labels));
  if (!success) throw unusable(`The labels of the image ${name} are damaged: ${z.prettifyError(error)}.`);
  const memoryHint = data['memory-hint'];
  return {
    toolchain: data.toolchain,
    toolchainSize: data['toolchain-size'],
    ...(memoryHint !== '' && { memoryHint }),
    ...(data.packages !== undefined && { packages: data.packages }),
    base: data.base,
    created: data.created,
  };
}

function unusable(message: string): AppError {
  return new AppError(failures['image-unusable'].labelsUnusable, message);
}

function withPrefix(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [`${labelPrefix}${name}`, value]));
}

function withoutPrefix(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) =>
      name.startsWith(labelPrefix) ? [[name.slice(labelPrefix.length), value]] : [],
    ),
  );
}

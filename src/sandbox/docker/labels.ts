/* The labels by which containers and images of this program are told from those of others. */
import { z } from 'zod';

/** Prefix of every label that this program puts on a container or an image. */
export const labelPrefix = 'io.github.lean-docker-mcp.';

/** The labels of a sandbox's container. */
export const containerLabels = {
  owner: `${labelPrefix}owner`,
  instance: `${labelPrefix}instance`,
  process: `${labelPrefix}process`,
  purpose: `${labelPrefix}purpose`,
  created: `${labelPrefix}created`,
  /** Tells one creation of a container from every other; whoever asked knows it before the engine answers. */
  creation: `${labelPrefix}creation`,
} as const;

/** Labels of an image that are read also by who knows no more of images. */
export const imageLabels = {
  /** Every image of ours has it, and no other. */
  format: `${labelPrefix}image-format`,
  memoryHint: `${labelPrefix}memory-hint`,
} as const;

/** A number of bytes in a label. */
export const bytesInLabel = z.string().regex(/^\d+$/).transform(Number);

/** How much memory an image says that its sandboxes should have; empty when it says nothing about that. */
export const memoryHintInLabel = z.literal('').or(bytesInLabel);

import { z } from 'zod';
import type { Bytes } from '../../core/bytes.ts';

/** A package whose compiled modules an image has. */
export interface ImagePackage {
  readonly name: string;
  /** Absent when it was a folder. */
  readonly url?: string;
  /** The commit. */
  readonly revision?: string;
  /** The tag or branch by which it was asked for. */
  readonly wanted?: string;
  /** Whether it was asked for; others were brought by these. */
  readonly requested: boolean;
  /** Of its files in the image. */
  readonly size: Bytes;
}

export const imagePackages = z.array(
  z.object({
    name: z.string(),
    url: z.string().exactOptional(),
    revision: z.string().exactOptional(),
    wanted: z.string().exactOptional(),
    requested: z.boolean(),
    size: z.number(),
  }),
) satisfies z.ZodType<ImagePackage[]>;

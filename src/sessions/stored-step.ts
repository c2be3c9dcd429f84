/* A step of a session as it is written down, whatever keeps it. */
import { z } from 'zod';
import type { AcceptedStep, AcceptingLean } from './session.ts';

export const storedStep = z.object({
  accepted: z.iso.datetime(),
  names: z.array(z.string()),
  /** Version and image of the Lean that accepted it; absent in what earlier versions wrote. */
  by: z
    .union([
      z.object({ lean: z.string(), image: z.string() }),
      /** On NATS, where servers of earlier versions read it, too. */
      z.object({ version: z.string(), image: z.string() }),
    ])
    .optional(),
  /** Absent: that of the step before. */
  header: z.string().optional(),
  /** Files that it brought or changed; absent when there are none. */
  files: z.array(z.object({ path: z.string(), text: z.string() })).optional(),
  code: z.string(),
});
export type StoredStep = z.infer<typeof storedStep>;

/**
 * A step as it is to be written.
 *
 * @param nameOfVersion what the version of the Lean that accepted it is called there
 * @param headerBefore the header of the step before it, which is not repeated; absent: the step stands alone
 */
export function toStored(
  { header, code, files, names, acceptedAt, acceptedBy }: AcceptedStep,
  nameOfVersion: 'lean' | 'version',
  headerBefore?: string,
): StoredStep {
  return {
    accepted: acceptedAt.toISOString(),
    names: [...names],
    ...(acceptedBy && { by: toStoredLean(acceptedBy, nameOfVersion) }),
    ...(header !== headerBefore && { header }),
    ...(files !== undefined && { files: [...files].map(([path, text]) => ({ path, text })) }),
    code,
  };
}

/** Reads a step back. @param headerBefore the header of the step before it */
export function fromStored({ accepted, names, by, header, files, code }: StoredStep, headerBefore = ''): AcceptedStep {
  return {
    header: header ?? headerBefore,
    ...(files && { files: new Map(files.map(({ path, text }) => [path, text])) }),
    code,
    names,
    acceptedAt: new Date(accepted),
    ...(by && { acceptedBy: { version: 'lean' in by ? by.lean : by.version, image: by.image } }),
  };
}

function toStoredLean({ version, image }: AcceptingLean, nameOfVersion: 'lean' | 'version'): StoredStep['by'] {
  return nameOfVersion === 'lean' ? { lean: version, image } : { version, image };
}

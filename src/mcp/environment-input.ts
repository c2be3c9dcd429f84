import { z } from 'zod';
import type { AnnouncedSchema } from './announced-schema.ts';

/** Where a call runs; absent: in the environment of its session, else in the first. The services know which there are. */
export const environmentInput = z
  .string()
  .max(100)
  .optional()
  .describe('Of several environments, which one; default the first');

/** The arguments of a tool where these environments can be named: without that one where there is nothing to choose. */
export function offerEnvironments<Input extends z.ZodObject>(input: Input, names: readonly string[]): Input {
  if (names.length > 1 || !takesEnvironment(input)) return input;
  // The argument is one that may be left out, so that nothing else depends on it.
  return input.omit({ environment: true }) as unknown as Input;
}

/** What is announced of a tool that takes one of several environments. @param explained whether it was told what they are */
export function announceEnvironments(
  announced: AnnouncedSchema,
  names: readonly string[],
  explained: boolean,
): AnnouncedSchema {
  const description = explained ? {} : { description: `Which Lean; default ${names[0] ?? ''}` };
  const environment = { type: 'string', enum: names, ...description };
  return { ...announced, properties: { ...(announced['properties'] as object), environment } };
}

export function takesEnvironment({ shape }: z.ZodObject): boolean {
  return Object.hasOwn(shape, 'environment');
}

/* The schemas of a tool as the protocol library takes them: by the Standard Schema interface, whose parts are ours to fill. */
import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { AnnouncedSchema } from './announced-schema.ts';
import { asMeant } from './meant-input.ts';

/** What checks a value, and tells a client what is accepted. */
export type ProtocolSchema<Schema extends z.ZodObject> = StandardSchemaWithJSON<z.input<Schema>, z.output<Schema>>;

/** The arguments of a tool, read as they are meant. @param onRefused hears of those that it does not take */
export function argumentsSchema<Input extends z.ZodObject>(
  input: Input,
  announced: AnnouncedSchema,
  onRefused: (given: unknown) => void,
): ProtocolSchema<Input> {
  const standard: ProtocolSchema<Input>['~standard'] = input['~standard'];
  return {
    '~standard': {
      ...standard,
      ...announcing(announced),
      validate: async (given) => {
        const checked = await standard.validate(asMeant(input, given));
        if (checked.issues !== undefined) onRefused(given);
        return checked;
      },
    },
  };
}

/** The results of a tool. */
export function resultSchema<Output extends z.ZodObject>(
  output: Output,
  announced: AnnouncedSchema,
): ProtocolSchema<Output> {
  const standard: ProtocolSchema<Output>['~standard'] = output['~standard'];
  return { '~standard': { ...standard, ...announcing(announced) } };
}

/** What of arguments is as a tool takes it, when not all of them are. */
export function takenArguments<Input extends z.ZodObject>(schema: Input, given: unknown): Partial<z.output<Input>> {
  const meant = z.record(z.string(), z.unknown()).catch({}).parse(asMeant(schema, given));
  const taken = Object.entries<z.core.$ZodType>(schema.shape).flatMap(([name, field]) => {
    const { data } = z.safeParse(field, meant[name]);
    return data === undefined ? [] : [[name, data]];
  });
  return Object.fromEntries(taken) as Partial<z.output<Input>>;
}

function announcing(announced: AnnouncedSchema): Pick<StandardSchemaWithJSON['~standard'], 'jsonSchema'> {
  return { jsonSchema: { input: () => ({ ...announced }), output: () => ({ ...announced }) } };
}

import type { z } from 'zod';

/** The same schema for whoever uses it by the Standard Schema interface, as the protocol library does; there it is another. */
export function withStandard<Schema extends z.ZodObject>(schema: Schema, standard: Schema['~standard']): Schema {
  return new Proxy(schema, {
    get: (target, name) => (name === '~standard' ? standard : (Reflect.get(target, name) as unknown)),
  });
}

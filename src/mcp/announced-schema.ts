/*
 * How the schemas of tools are announced. Some clients refuse a tool, or all tools, for a keyword that they do not know,
 * and what is announced takes room in every conversation. So only keywords that every client takes are told, bounds that
 * nobody meets are not, nor that other arguments are refused (whoever sends one is told its name), nor which fields of a
 * result are always there, and what arguments or results of several tools share is told by the first of them. Results,
 * and entries of lists, whose fields speak for themselves are told to be objects, and no more. Arguments and results are
 * held against the full schemas, which docs/tools.md tells.
 */
import { z } from 'zod';
import { plainObject } from '../report/result-parts.ts';

/** A JSON schema as it goes out. */
export type AnnouncedSchema = Readonly<Record<string, unknown>>;

const jsonSchema = z.record(z.string(), z.unknown());
/** Only clients of 2026-07-28 know it: the argument is also sent as a header, so that a proxy can route by it. */
const headerKeyword = 'x-mcp-header';
const keywordsOfInputs = ['type', 'description', 'enum', 'required', 'maxItems', headerKeyword] as const;
const keywordsOfResults = ['type', 'description', 'enum'] as const;

/** The arguments of tools, in the order in which clients see these, for clients that make headers of some. */
export function announceInputs(tools: readonly { readonly input: z.ZodObject }[]): AnnouncedSchema[] {
  const known = new Set<string>(keywordsOfInputs);
  const told = new Set<string>();
  return tools.map(({ input }) => {
    const { properties, ...rest } = announce(z.toJSONSchema(input, { io: 'input' }), known);
    return {
      ...rest,
      properties: mapValues(properties, (value, name) => {
        const { description, ...content } = jsonSchema.parse(value);
        const fact = JSON.stringify([name, description]);
        const isNew = description !== undefined && !told.has(fact);
        told.add(fact);
        return { ...content, ...(isNew && { description }) };
      }),
    };
  });
}

/** The same for clients that would refuse what they do not know. */
export function withoutHeaders(announced: AnnouncedSchema): AnnouncedSchema {
  const properties = mapValues(announced['properties'], (value) =>
    Object.fromEntries(Object.entries(jsonSchema.parse(value)).filter(([keyword]) => keyword !== headerKeyword)),
  );
  return { ...announced, properties };
}

/** The results of tools, in the order in which clients see these. */
export function announceOutputs(tools: readonly { name: string; output: z.ZodObject }[]): AnnouncedSchema[] {
  const known = new Set<string>(keywordsOfResults);
  const told = new Map<string, string>();
  return tools.map(({ name, output }) => {
    const whole = announce(z.toJSONSchema(output, { io: 'output' }), known);
    if (whole['properties'] === undefined) return whole;
    const like = told.get(keyOf(whole));
    if (like !== undefined) return { ...typeOnly(whole), description: `As ${like}` };
    told.set(keyOf(whole), `of ${name}`);
    return withoutSharedFields(withoutRepetition(whole, told, `of ${name}`), told, name);
  });
}

/** Fields of a result that another tool's has in the same way are not told again, but that there are such. */
function withoutSharedFields(schema: AnnouncedSchema, told: Map<string, string>, tool?: string): AnnouncedSchema {
  const { properties, ...rest } = schema;
  if (properties === undefined) return schema;
  const shared = new Set<string>();
  const own = Object.entries(jsonSchema.parse(properties)).filter(([name, field]) => {
    const fact = JSON.stringify(['field', name, typeOnly(jsonSchema.parse(field))]);
    const first = told.get(fact);
    // Fields of what is in a list are no fields of a result.
    if (tool !== undefined) told.set(fact, first ?? tool);
    const isShared = first !== undefined && keyOf(field) === keyOf(typeOnly(jsonSchema.parse(field)));
    if (!isShared || jsonSchema.parse(field)['description'] !== undefined) return true;
    shared.add(first);
    return false;
  });
  const description = `And fields of ${[...shared].join(', ')}`;
  return {
    ...rest,
    ...(shared.size > 0 && { description }),
    properties: mapValues(Object.fromEntries(own), (field) => withSharedInList(jsonSchema.parse(field), told)),
  };
}

function withSharedInList(field: AnnouncedSchema, told: Map<string, string>): AnnouncedSchema {
  const { items } = field;
  return items === undefined ? field : { ...field, items: withoutSharedFields(jsonSchema.parse(items), told) };
}

function announce(schema: unknown, known: ReadonlySet<string>): AnnouncedSchema {
  const whole = jsonSchema.parse(schema);
  const all = Object.entries(whole).filter(
    ([keyword]) => keyword !== 'properties' || whole['plain'] !== plainObject.plain,
  );
  return Object.fromEntries([
    ...all.filter(([keyword, value]) => known.has(keyword) && !isFarAway(keyword, value)),
    ...all.flatMap(([keyword, value]) => {
      if (keyword === 'items') return [[keyword, announce(value, known)]];
      return keyword === 'properties' ? [[keyword, mapValues(value, (part) => announce(part, known))]] : [];
    }),
  ]) as AnnouncedSchema;
}

/** Whether a bound is one that nobody meets. */
function isFarAway(keyword: string, value: unknown): boolean {
  return keyword === 'maxItems' && Number(value) >= 1000;
}

/**
 * What was told before is cut down to its type, and loses a description that stood beside the same name.
 *
 * @param told by what was told: where
 * @param where the schema is: `of` a tool, or `in` a field of one
 */
function withoutRepetition(
  { properties, items, ...rest }: AnnouncedSchema,
  told: Map<string, string>,
  where: string,
): AnnouncedSchema {
  const part = (value: unknown, name: string, place: string): AnnouncedSchema => {
    const isNew = (fact: string): boolean => {
      if (told.has(fact)) return false;
      told.set(fact, place);
      return true;
    };
    const { description, ...content } = jsonSchema.parse(value);
    const says = description !== undefined && isNew(JSON.stringify([name, description]));
    const isTold = isPartOfTold(content, told) || !isNew(keyOf(content)) || isOfNumbers(content);
    return { ...(isTold ? typeOnly(content) : withoutRepetition(content, told, place)), ...(says && { description }) };
  };
  return {
    ...rest,
    ...(properties !== undefined && {
      properties: mapValues(properties, (value, name) => part(value, name, `in ${name} ${where}`)),
    }),
    ...(items !== undefined && { items: part(items, 'items', where) }),
  };
}

/** Whether something consists of numbers that need no words: counts, or a place. */
function isOfNumbers({ properties }: AnnouncedSchema): boolean {
  if (properties === undefined) return false;
  return Object.values(jsonSchema.parse(properties)).every((value) => JSON.stringify(value) === '{"type":"integer"}');
}

/** Whether all fields of something are those of something that was told before and has more. */
function isPartOfTold({ properties }: AnnouncedSchema, told: ReadonlyMap<string, string>): boolean {
  const own = Object.entries(jsonSchema.parse(properties ?? {}));
  if (own.length < 2) return false;
  return [...told.keys()].some((fact) => {
    const { properties: others } = (JSON.parse(fact) ?? {}) as { properties?: Readonly<Record<string, unknown>> };
    return others !== undefined && own.every(([name, value]) => JSON.stringify(others[name]) === keyOf(value));
  });
}

function keyOf(schema: unknown): string {
  return JSON.stringify(bare(schema));
}

/** A schema without what it says to people. */
function bare(schema: unknown): unknown {
  const { properties, items, ...rest } = jsonSchema.parse(schema);
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([keyword]) => keyword !== 'description')),
    ...(properties !== undefined && { properties: mapValues(properties, bare) }),
    ...(items !== undefined && { items: bare(items) }),
  };
}

function typeOnly({ type, items }: AnnouncedSchema): AnnouncedSchema {
  return { type, ...(items !== undefined && { items: typeOnly(jsonSchema.parse(items)) }) };
}

function mapValues<Result>(record: unknown, change: (value: unknown, key: string) => Result): Record<string, Result> {
  return Object.fromEntries(Object.entries(jsonSchema.parse(record)).map(([key, value]) => [key, change(value, key)]));
}

import { posix } from 'node:path';
import * as z from 'zod';
import { formatBytes, parseBytes } from '../core/bytes.ts';
import { parseListenAddress } from '../core/listen-address.ts';
import { WrittenPath } from './written-path.ts';

/** One sort of value: what is accepted, how to say so, and how to read it where everything is text. */
export interface SettingKind<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** Completes the sentence "expected …". */
  readonly expected: string;
  /** What the text of an environment variable or a flag stands for; text that stands for nothing is passed on as it is. */
  readonly fromText: (text: string) => unknown;
  /** A value as people write it, where that is not what the schema makes of it. */
  readonly show?: (value: unknown) => string;
  /** What is wrong within a value that has parts, one sentence each, `NAME: what`; none when it is wrong as a whole. */
  readonly problems?: (value: unknown) => readonly string[];
}

const asIs = (text: string): string => text;
const asNumber = (text: string): unknown => (/^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : text);

/** What text stands for where values have parts; text that is no JSON is passed on as it is. */
export function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const words: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);

/** A switch. As text also 1, yes, on and 0, no, off. */
export const yesOrNo = {
  schema: z.boolean(),
  expected: 'true or false',
  fromText: (text) => words.get(text.trim().toLowerCase()) ?? text,
} satisfies SettingKind<z.ZodBoolean>;

/** A number, whole or not, of `unit`. */
export function numberOf(unit: string, min: number, max?: number): SettingKind<z.ZodNumber> {
  const atLeast = z.number().min(min);
  return {
    schema: max === undefined ? atLeast : atLeast.max(max),
    expected: max === undefined ? `${unit}, ${min} or more` : `${unit} from ${min} to ${max}`,
    fromText: asNumber,
  };
}

/** A number without a fraction. */
export function wholeNumber(min: number, max: number): SettingKind<z.ZodInt> {
  return { schema: z.int().min(min).max(max), expected: `a whole number from ${min} to ${max}`, fromText: asNumber };
}

/** Seconds up to one day, which timers can hold. */
export const seconds = numberOf('seconds', 1, 86_400);

/** `auto`, or a value of another kind. What it comes to is worked out where the image is known: see app/auto-settings.ts. */
export function autoOr<Schema extends z.ZodType>({ schema, expected, fromText, ...kind }: SettingKind<Schema>) {
  return {
    ...kind,
    schema: z.union([z.literal('auto'), schema]),
    expected: `auto, or ${expected}`,
    fromText: (text: string): unknown => (text.trim() === 'auto' ? 'auto' : fromText(text)),
  };
}

/** `none`, or a value of another sort. */
export function noneOr<Schema extends z.ZodType>({ schema, expected, fromText, ...kind }: SettingKind<Schema>) {
  return {
    ...kind,
    schema: z.union([z.literal('none'), schema]),
    expected: `none, or ${expected}`,
    fromText: (text: string): unknown => (text.trim() === 'none' ? 'none' : fromText(text)),
  };
}

/** A size as Docker writes it, at least `min`; read as a number of bytes. */
export function size(min: string) {
  const least = parseBytes(min) ?? 0;
  const schema = z
    .union([z.string(), z.int()])
    .transform((written) => parseBytes(String(written)) ?? Number.NaN)
    .refine((bytes) => Number.isSafeInteger(bytes) && bytes >= least);
  return {
    schema,
    expected: `a size of ${min} or more, such as 64m or 1g`,
    fromText: asIs,
    show: (value: unknown): string => (typeof value === 'number' ? formatBytes(value) : String(value)),
  };
}

/** What Docker calls a reference, or the id of an image. */
export const imageName = {
  schema: z.string().regex(/^[a-z\d][\w.\-/:@]*$/i),
  expected: 'the name of an image, such as lean-docker-mcp:latest',
  fromText: asIs,
} satisfies SettingKind<z.ZodType>;

/** A name that the engine gives to something. */
export const plainName = {
  schema: z.string().regex(/^[a-z\d][\w.-]*$/i),
  expected: 'a name of letters, digits, dots, dashes and underscores',
  fromText: asIs,
} satisfies SettingKind<z.ZodType>;

/** A cgroup, as the engine's cgroup driver names it. */
export const cgroupName = {
  schema: z.string().regex(/^\/?[\w.-]+(?:\/[\w.-]+)*$/),
  expected: 'a cgroup, such as lean.slice or /lean',
  fromText: asIs,
} satisfies SettingKind<z.ZodType>;

const writtenPath = z
  .string()
  .regex(/^[^\0]+$/)
  .transform((written) => new WrittenPath(written));

/** A folder of this machine. */
export const hostFolder = {
  schema: writtenPath,
  expected: 'the path of a folder',
  fromText: asIs,
} satisfies SettingKind<z.ZodType>;

/** Folders of this machine. */
export const hostFolders = {
  schema: z.array(writtenPath).readonly(),
  expected: 'a list of paths of folders, such as [~/proofs]',
  fromText: (text) => (text.trim() === '' ? [] : text.split(',').map((folder) => folder.trim())),
} satisfies SettingKind<z.ZodType>;

/** A file of this machine. */
export const hostFile = {
  schema: writtenPath,
  expected: 'the path of a file',
  fromText: asIs,
} satisfies SettingKind<z.ZodType>;

/** An address on the web. */
export const webAddress = {
  schema: z.url({ protocol: /^https?$/ }),
  expected: 'an address that begins with https:// or http://',
  fromText: asIs,
} satisfies SettingKind<z.ZodType>;

/** Servers of NATS, of one cluster. */
export const natsServers = {
  schema: z.string().refine((text) => text.split(',').every((server) => /^(?:nats|tls):\/\/\S+$/.test(server))),
  expected: 'an address that begins with nats:// or tls://, or several with commas',
  fromText: asIs,
  // Passwords stand before the @.
  show: (value) =>
    String(value)
      .split(',')
      .map((server) => server.slice(server.lastIndexOf('@') + 1))
      .join(','),
} satisfies SettingKind<z.ZodType>;

/** Text that stands for itself. */
export const plainText = {
  schema: z.string().regex(/^\S+$/),
  expected: 'text without spaces',
  fromText: asIs,
} satisfies SettingKind<z.ZodType>;

/** Where to listen for connections. */
export const listenAddress = {
  // A bare port is a number to YAML.
  schema: z
    .union([z.string(), z.int()])
    .transform((written) => parseListenAddress(String(written)))
    .pipe(z.custom<NonNullable<ReturnType<typeof parseListenAddress>>>((address) => address !== undefined)),
  expected: '[HOST:]PORT, such as 8000 or 0.0.0.0:8000',
  fromText: asIs,
} satisfies SettingKind<z.ZodType>;

/** Names of hosts, without ports. As text: separated by commas, blank for none. */
export const hostNames = {
  schema: z.array(z.string().regex(/^(?:[a-z\d](?:[\w.-]*[a-z\d])?|\[[\da-f:.]+\])$/i)).readonly(),
  expected: 'a list of host names, such as [lean.example.org]',
  fromText: (text) => (text.trim() === '' ? [] : text.split(',').map((name) => name.trim())),
} satisfies SettingKind<z.ZodType>;

/** A folder in the sandbox. */
export const sandboxFolder = {
  schema: z
    .string()
    .transform((path) => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path))
    .refine((path) => /^\/[^\p{Cc}]+$/u.test(path) && posix.normalize(path) === path),
  expected: 'an absolute path below /, without .. in it',
  fromText: asIs,
} satisfies SettingKind<z.ZodType>;

// A component is an identifier, or anything between guillemets.
const component = String.raw`(?:[\p{L}_][\p{L}\p{N}_'!?]*|«[^«»\p{Cc}]+»)`;
const moduleName = new RegExp(String.raw`^${component}(?:\.${component})*$`, 'u');

/** The parts of a list; a comma between « and » parts nothing. */
function betweenCommas(text: string): string[] {
  const lastClosing = text.lastIndexOf('»');
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '«' && at < lastClosing) isQuoted = true;
    else if (text[at] === '»') isQuoted = false;
    else if (text[at] === ',' && !isQuoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** Lean module names. As text: separated by commas, blank for none. */
export const moduleNames = {
  schema: z.array(z.string().regex(moduleName)).readonly(),
  expected: 'a list of module names, such as [Lean, Mathlib.Data]',
  fromText: (text) => (text.trim() === '' ? [] : betweenCommas(text).map((name) => name.trim())),
} satisfies SettingKind<z.ZodType>;

/** Import headers: the modules of each separated by spaces. As text: separated by commas. */
export const headers = {
  schema: z.array(z.string().refine((header) => modulesOf(header).every((name) => moduleName.test(name)))).readonly(),
  expected: 'a list of headers, each the modules to import, separated by spaces, such as ["", Mathlib, Lean Std.Data]',
  fromText: (text) => betweenCommas(text).map((header) => header.trim()),
} satisfies SettingKind<z.ZodType>;

/** The modules of a header as it is configured. */
export function modulesOf(header: string): string[] {
  return header.split(/\s+/).filter((name) => name !== '');
}

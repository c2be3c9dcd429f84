/*
 * A session as the text of its two files. The head says how many steps are accepted, and up to where the file of steps holds
 * them; what stands behind is of a writing that did not come to its end. The steps are YAML documents one behind the other,
 * so that one more costs its own length. The checksum of the head covers the head, and the one in it all steps: a session
 * that something has damaged is never loaded in part.
 */
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { localPrincipal, type Principal, type SessionId } from '../core/ids.ts';
import { sha256 } from '../core/sha256.ts';
import type { AcceptedStep, SessionRecord } from './session.ts';
import { fromStored, storedStep, toStored } from './stored-step.ts';

/** Up to where a file of steps is written: with this step, in bytes, and the checksum of all until there. */
export interface Mark {
  readonly end: number;
  readonly checksum: string;
}

/** The beginning of every file of steps. */
export const nothingWritten: Mark = { end: 0, checksum: '' };

/** What the head of a session says. */
export interface SessionHead extends Omit<SessionRecord, 'steps'> {
  readonly stepCount: number;
  readonly mark: Mark;
}

const checksumLine = /^# sha256: ([0-9a-f]{64})\n/;
const style = { lineWidth: 0, doubleQuotedAsJSON: true } as const;

const headContent = z.object({
  format: z.literal(2),
  session: z.string(),
  /** Absent: whoever starts the program. */
  owner: z.string().optional(),
  /** Absent: the only one, which has no name. */
  environment: z.string().optional(),
  created: z.iso.datetime(),
  steps: z.int().min(0),
  bytes: z.int().min(0),
  checksum: z.string(),
});

/** Everything in one file, as earlier versions wrote it. */
const wholeContent = z.object({
  format: z.literal(1),
  session: z.string(),
  owner: z.string().optional(),
  created: z.iso.datetime(),
  steps: z.array(storedStep.required({ header: true })),
});

/** The text of a session's head. */
export function toHead({ id, owner, environment, createdAt, stepCount, mark }: SessionHead): string {
  const content: z.input<typeof headContent> = {
    format: 2,
    session: id,
    ...(owner !== localPrincipal && { owner }),
    ...(environment !== undefined && { environment }),
    created: createdAt.toISOString(),
    steps: stepCount,
    bytes: mark.end,
    checksum: mark.checksum,
  };
  const body = stringify(content, style);
  return `# sha256: ${sha256(body)}\n${body}`;
}

/**
 * Reads such a text back; one of an earlier version holds the whole session.
 *
 * @throws AppError `session-damaged`
 */
export function fromHead(text: string, file: string): SessionHead | SessionRecord {
  const [line = '', checksum] = checksumLine.exec(text) ?? [];
  const body = text.slice(line.length);
  if (checksum === undefined) throw damaged(file, 'its first line is not a checksum');
  if (checksum !== sha256(body)) throw damaged(file, 'its content does not have the checksum of its first line');
  const { success, data, error } = z.union([headContent, wholeContent]).safeParse(parseIn(file, body));
  if (!success) throw damaged(file, z.prettifyError(error));
  const rest = {
    id: data.session as SessionId,
    owner: (data.owner ?? localPrincipal) as Principal,
    createdAt: new Date(data.created),
  };
  if (data.format === 2) {
    const { environment, steps: stepCount, bytes: end, checksum: written } = data;
    const where = environment === undefined ? {} : { environment };
    return { ...rest, ...where, stepCount, mark: { end, checksum: written } };
  }
  return { ...rest, steps: data.steps.map((step) => fromStored(step)) };
}

/** Steps up to this length, in UTF-16 units, are written so that a person can read them; longer ones would take too long. */
const maxReadableLength = 16 * 1024;

/** A step as a document of the file of steps. @param headerBefore the header of the step before it, if there is one */
export function toDocument(step: AcceptedStep, headerBefore: string): Buffer {
  const content = toStored(step, 'lean', headerBefore);
  const json = JSON.stringify(content);
  const readable = json.length <= maxReadableLength ? stringify(content, style) : undefined;
  return Buffer.from(`${separator}${readable !== undefined && isReadAs(readable, content) ? readable : `${json}\n`}`);
}

/** Where a document that goes on from a mark ends. */
export function markBehind({ end, checksum }: Mark, document: Buffer): Mark {
  return { end: end + document.length, checksum: sha256(checksum, document) };
}

/**
 * Reads the steps back, in pieces between which others are served.
 *
 * @param bytes of the file, up to where the head says
 * @param onStep hears each step, and up to where it is written
 * @throws AppError `session-damaged`
 */
export async function fromDocuments(
  bytes: Buffer,
  { stepCount, mark }: SessionHead,
  file: string,
  onStep: (step: AcceptedStep, mark: Mark) => void,
): Promise<readonly AcceptedStep[]> {
  const found: { document: Buffer; mark: Mark }[] = [];
  let last = nothingWritten;
  while (last.end < bytes.length) {
    const next = bytes.indexOf(`\n${separator}`, last.end);
    const document = bytes.subarray(last.end, next < 0 ? bytes.length : next + 1);
    last = markBehind(last, document);
    found.push({ document, mark: last });
  }
  if (found.length !== stepCount || last.checksum !== mark.checksum) {
    throw damaged(file, `it does not have the ${stepCount} steps with the checksum that the session was left with`);
  }
  const steps: AcceptedStep[] = [];
  for (const { document, mark: written } of found) {
    const step = toStep(document.toString(), steps.at(-1)?.header ?? '', file);
    steps.push(step);
    onStep(step, written);
    await setImmediate();
  }
  return steps;
}

function toStep(document: string, headerBefore: string, file: string): AcceptedStep {
  if (!document.startsWith(separator)) throw damaged(file, 'a step in it does not begin as one');
  const { success, data, error } = storedStep.safeParse(parseIn(file, document.slice(separator.length)));
  if (!success) throw damaged(file, z.prettifyError(error));
  return fromStored(data, headerBefore);
}

const separator = '---\n';

function parseIn(file: string, body: string): unknown {
  try {
    // JSON is YAML, and read much faster.
    return body.startsWith('{') ? (JSON.parse(body) as unknown) : (parse(body, { maxAliasCount: 0 }) as unknown);
  } catch (error) {
    throw damaged(file, messageOf(error));
  }
}

/** Not every text comes back from a block of lines as it went in, for instance one of blanks alone. */
function isReadAs(body: string, content: object): boolean {
  try {
    return !body.startsWith('{') && !`\n${body}`.includes(`\n${separator}`) && isDeepStrictEqual(parse(body), content);
  } catch {
    return false;
  }
}

/** What is told of a session whose files are not what they were left as. */
export function damaged(file: string, why: string): AppError {
  return new AppError(failures['session-damaged'].fileDamaged, `The session file ${file} cannot be read: ${why}.`);
}

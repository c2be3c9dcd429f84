import { createHash } from 'node:crypto';
import type { Principal } from '../../core/ids.ts';
import type { BatchId, Check } from '../work-queue.ts';

/** What the streams, subjects and buckets of a queue are called. */
export interface QueueNames {
  readonly checks: string;
  readonly results: string;
  readonly dead: string;
  readonly batches: string;
  readonly workers: string;
  readonly checkSubject: (image: string, principal: Principal) => string;
  readonly resultSubject: (batch: BatchId, job: string) => string;
  readonly allChecks: string;
  readonly allResults: string;
  /** Where the servers tell of checks that were delivered too often. */
  readonly deadSubject: string;
  /** Where gateways tell that there is something to do; heard by those who listen, and kept by nobody. */
  readonly news: (image: string) => string;
}

/** @param prefix of everything that belongs to this queue, so that several can be on the same servers; may be empty */
export function queueNames(prefix: string): QueueNames {
  const subject = prefix === '' ? '' : `${prefix}.`;
  const stream = prefix === '' ? '' : `${prefix}_`;
  return {
    checks: `${stream}CHECKS`,
    results: `${stream}RESULTS`,
    dead: `${stream}DEAD`,
    batches: `${stream}BATCHES`,
    workers: `${stream}WORKERS`,
    checkSubject: (image, principal) => `${subject}checks.${imageToken(image)}.${principalToken(principal)}`,
    resultSubject: (batch, job) => `${subject}results.${batch}.${job}`,
    allChecks: `${subject}checks.*.*`,
    allResults: `${subject}results.*.*`,
    deadSubject: `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${stream}CHECKS.>`,
    news: (image) => `${subject}news.${imageToken(image)}`,
  };
}

/** An image as a part of a subject: the beginning of its id. */
export function imageToken(image: string): string {
  const token = image
    .replace(/^sha256:/, '')
    .replaceAll(/\W/g, '')
    .slice(0, 12);
  return token === '' ? 'none' : token;
}

/** A principal as a part of a subject: names may have characters that mean something there. */
function principalToken(principal: Principal): string {
  return hash([principal]).slice(0, 16);
}

/** The consumer that all workers share for the checks of one principal and image. */
export function consumerName(image: string, principal: Principal): string {
  return `${imageToken(image)}-${principalToken(principal)}`;
}

/** Names a check: the same check has the same name, whoever sends it and however often. */
export function jobName({ head, item }: Check): string {
  const { id, principal, image, settings } = head;
  return hash([principal, id, String(item.index), image, JSON.stringify(settings), item.code]).slice(0, 32);
}

function hash(parts: readonly string[]): string {
  const sum = createHash('sha256');
  // The length goes first, so that no two lists of parts are one text.
  for (const part of parts) sum.update(`${Buffer.byteLength(part)}:`).update(part);
  return sum.digest('hex');
}

/*
 * Whether a request to create a container describes a sandbox. What may differ between sandboxes is read from it, the
 * request is made anew from that by the code that makes all of them, and the two must be equal.
 */
import { z } from 'zod';
import { everyOf } from '../core/every-of.ts';
import { containerSpec } from '../sandbox/docker/container-spec.ts';
import { containerLabels } from '../sandbox/docker/labels.ts';
import type { Jail, SandboxLimits, SandboxSpec } from '../sandbox/sandbox.ts';

/** The request to pass on, or why there is none. */
export type CheckedRequest =
  { readonly image: string; readonly memory: number; readonly body: string } | { readonly refusal: string };

const text = z.string();
const amount = z.number().positive();
const labels = z.strictObject({
  [containerLabels.owner]: text,
  [containerLabels.instance]: text,
  [containerLabels.process]: text.exactOptional(),
  [containerLabels.purpose]: z.enum(everyOf<SandboxSpec['purpose']>()('lean', 'program', 'probe', 'verify', 'index')),
  [containerLabels.created]: text,
  [containerLabels.creation]: text,
});
const creation = z.looseObject({
  Image: z.string().regex(/^[\w][\w.:/@-]*$/),
  Cmd: z.array(text),
  Env: z.array(z.string().regex(/^\w+=/)),
  Labels: labels,
  HostConfig: z.looseObject({
    Memory: amount,
    NanoCpus: amount,
    PidsLimit: amount,
    Ulimits: z.array(z.looseObject({ Name: text, Hard: z.number() })),
  }),
});

/**
 * Checks all but the image itself, and the memory, of which the image may have a say.
 *
 * @param chosen what the operator chose for all sandboxes; the limits are the most that one may use
 */
export function checkSandboxRequest(request: unknown, chosen: Jail): CheckedRequest {
  const { success, data, error } = creation.safeParse(request);
  if (!success) return { refusal: `it is no sandbox: ${z.prettifyError(error)}` };
  const { Image: image, Cmd: command, Env: env, Labels, HostConfig: host } = data;
  const limits: SandboxLimits = {
    memory: host.Memory,
    cpus: host.NanoCpus / 1e9,
    processes: host.PidsLimit,
    folderSize: host.Ulimits.find(({ Name }) => Name === 'fsize')?.Hard ?? 0,
  };
  for (const name of ['cpus', 'processes', 'folderSize'] as const) {
    if (limits[name] > chosen.limits[name])
      return { refusal: `its limit ${name} is ${limits[name]}, more than ${chosen.limits[name]}` };
  }
  const variables = Object.fromEntries(env.map((one) => [one.split('=', 1).join(''), one.replace(/^\w+=/, '')]));
  const spec = { image, command, env: variables, jail: { ...chosen, limits }, purpose: 'lean' } as const;
  const nobody = { owner: '', instance: '', process: undefined };
  const made = { ...containerSpec(spec, nobody), Labels };
  const body = JSON.stringify(made);
  const difference = firstDifference(JSON.parse(body), request);
  return difference === undefined
    ? { image, memory: limits.memory, body }
    : { refusal: `it is no sandbox: ${difference} is not what it would be` };
}

/** Where two values of JSON differ: `HostConfig.Binds`. */
function firstDifference(expected: unknown, given: unknown, at = ''): string | undefined {
  if (!isContainer(expected) || !isContainer(given) || Array.isArray(expected) !== Array.isArray(given)) {
    return Object.is(expected, given) ? undefined : at;
  }
  for (const name of new Set([...Object.keys(expected), ...Object.keys(given)])) {
    const where = at === '' ? name : `${at}.${name}`;
    if (!Object.hasOwn(expected, name) || !Object.hasOwn(given, name)) return where;
    const difference = firstDifference(expected[name], given[name], where);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

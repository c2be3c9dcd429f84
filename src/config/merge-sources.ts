import type * as z from 'zod';
import { AppError } from '../core/app-error.ts';
import { describeOrigin, type Origin } from './origin.ts';
import { sections, settingsSchema, type WrittenSettings } from './schema.ts';
import { settingKeys, type SettingKey, type SettingName } from './setting-keys.ts';
import { show, type GivenValue, type SourceReading } from './sources.ts';

/** Where the value of each setting is from. */
export type Origins = ReadonlyMap<SettingName, Origin>;

/** Settings that can be used, or everything that is wrong with them, one sentence each. */
export type Merged =
  | { readonly settings: WrittenSettings; readonly origins: Origins }
  | { readonly problems: readonly [string, ...string[]] };

/**
 * Joins the sources; of two values for one setting the later source's counts. A value that cannot be used is a problem
 * also where a later source overrides it.
 */
export function mergeSources(readings: readonly SourceReading[]): Merged {
  const everything = readings.flatMap(({ given }) => given);
  const inForce = new Map<SettingName, GivenValue>(everything.map((value) => [value.key.name, value]));
  const effective = settingKeys.map(
    (key): GivenValue => inForce.get(key.name) ?? { key, value: key.written, origin: { source: 'default' } },
  );

  const unusable = everything.filter(({ key, value }) => !key.schema.safeParse(value).success);
  const result = settingsSchema.safeParse(treeOf(effective));
  const conflicts = new Set(result.error?.issues.map(({ path }) => path.slice(0, 2).join('.')));
  const conflicting = effective.filter((given) => conflicts.has(given.key.name) && !unusable.includes(given));

  const [first, ...rest] = [
    ...readings.flatMap(({ problems }) => problems),
    ...[...unusable, ...conflicting].flatMap((given) => describeUnusable(given, effective)),
  ];
  if (first !== undefined) return { problems: [first, ...rest] };
  if (!result.success)
    throw new AppError('internal', 'The settings are refused without a reason.', { cause: result.error });
  return { settings: result.data, origins: new Map(effective.map(({ key, origin }) => [key.name, origin])) };
}

function treeOf(values: readonly GivenValue[]): unknown {
  const given = values.filter(({ value }) => value !== undefined);
  const inSection = (section: string | undefined) =>
    Object.fromEntries(
      given.filter(({ key }) => key.section === section).map(({ key, value }) => [key.shortName, value]),
    );
  const filled = Object.keys(sections).map((section) => [section, inSection(section)]);
  return { ...inSection(undefined), ...Object.fromEntries(filled) };
}

function describeUnusable({ key, value, origin }: GivenValue, effective: readonly GivenValue[]): string[] {
  const parts = key.problems?.(value) ?? [];
  if (parts.length > 0) return parts.map((problem) => `${problem} (${describeOrigin(origin)})`);
  const bound = effective.find((other) => other.key !== key && key.expected.includes(other.key.name));
  const limit = bound?.key.schema.safeParse(bound.value).success === true ? bound : undefined;
  const expected = limit === undefined ? key.expected : key.expected.replace(limit.key.name, show(limit.value));
  const problem = `${key.name}: expected ${expected}, got ${showWrongPart(key, value)} (${describeOrigin(origin)})`;
  if (limit === undefined) return [problem];
  return [`${problem}. ${limit.key.name} is ${show(limit.value)} (${describeOrigin(limit.origin)})`];
}

function showWrongPart(key: SettingKey, value: unknown): string {
  const index = key.schema.safeParse(value).error?.issues.flatMap(placesOf)[0];
  return Array.isArray(value) && typeof index === 'number' ? `${show(value[index])} in the list` : show(value);
}

/** Where in a list an issue is, also when the list is one of several kinds that would do. */
function placesOf(issue: z.core.$ZodIssue): PropertyKey[] {
  if (issue.code === 'invalid_union') return issue.errors.flatMap((issues) => issues.flatMap(placesOf));
  return issue.path.slice(0, 1);
}

/* What is wrong with the environments that somebody has written, so that a message names the part and not the whole. */
import * as z from 'zod';
import { makeVisible } from '../core/visible-text.ts';
import { isObject } from '../core/is-object.ts';
import type { SettingKind } from './setting-kinds.ts';

/** The settings that an environment may have of its own. */
export type EnvironmentShape = Readonly<Record<string, z.ZodType>>;

/** How an environment is called. A number alone would not keep its place among others. */
export const environmentName = {
  schema: z.string().regex(/^[a-z][\w.-]{0,31}$/i),
  expected: 'a name of a letter and up to 31 letters, digits, dots, dashes and underscores',
  fromText: (text) => text,
} satisfies SettingKind<z.ZodType>;

/**
 * One sentence for each part that cannot be used; none when the value is no map.
 *
 * @param expected what a setting takes, in words
 */
export function environmentProblems(
  value: unknown,
  shape: EnvironmentShape,
  expected: (field: z.ZodType) => string | undefined,
): readonly string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, own]) => {
    const at = `environments.${makeVisible(name)}`;
    if (!environmentName.schema.safeParse(name).success) return [`${at}: expected ${environmentName.expected}`];
    if (own === null) return [];
    if (!isObject(own)) return [`${at}: expected keys below it, got ${shown(own)}`];
    return Object.entries(own).flatMap(([key, given]) => {
      const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
      const place = `${at}.${makeVisible(key)}`;
      if (field === undefined) return [`${place}: unknown key. An environment takes ${Object.keys(shape).join(', ')}`];
      if (given === null) return [`${place}: has no value. Give it one, or remove the line`];
      if (field.safeParse(given).success) return [];
      return [`${place}: expected ${expected(field) ?? 'another value'}, got ${shown(given)}`];
    });
  });
}

function shown(value: unknown): string {
  const text = makeVisible(JSON.stringify(value));
  return text.length > 80 ? `${text.slice(0, 77).toWellFormed()}...` : text;
}

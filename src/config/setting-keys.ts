import type * as z from 'zod';
import { sections, settingNotes, settingsSchema, type SettingNotes, type Settings } from './schema.ts';

/** A part of the file with keys of its own. */
export type Section = keyof typeof sections;
type NamesIn<Name extends Section> = `${Name}.${keyof Settings[Name] & string}`;

/** The full name of a setting: `docker.timeout`. */
export type SettingName = 'debug' | 'environments' | { [Name in Section]: NamesIn<Name> }[Section];

/** One thing that can be configured. */
export interface SettingKey extends SettingNotes {
  readonly name: SettingName;
  /** The part of the file it is in; absent at the top. */
  readonly section: Section | undefined;
  /** Its name within the section. */
  readonly shortName: string;
  /** The environment variable that sets it. */
  readonly variable: string;
  readonly schema: z.ZodType;
}

/** What the names of the environment variables begin with. */
export const variablePrefix = 'LEAN_DOCKER_MCP_';

/** Names the file; the one variable with the prefix that is not a setting. */
export const configVariable = `${variablePrefix}CONFIG`;

function keysOf(section: Section | undefined, shape: Readonly<Record<string, z.ZodType>>): SettingKey[] {
  return Object.entries(shape).flatMap(([shortName, schema]) => {
    const notes = settingNotes.get(schema);
    if (notes === undefined) return [];
    const name = (section === undefined ? shortName : `${section}.${shortName}`) as SettingName;
    // The sections of the predecessor do not show in the names of variables; those of later ones do.
    const isEarly = section === undefined || section === 'docker' || section === 'lean';
    const spoken = isEarly ? shortName : `${section}_${shortName}`;
    return [{ ...notes, name, section, shortName, schema, variable: `${variablePrefix}${spoken.toUpperCase()}` }];
  });
}

/** Every setting, in the order of the schema. */
export const settingKeys: readonly SettingKey[] = [
  ...keysOf(undefined, settingsSchema.shape),
  ...keysOf('docker', sections.docker),
  ...keysOf('lean', sections.lean),
  ...keysOf('sessions', sections.sessions),
  ...keysOf('verify', sections.verify),
  ...keysOf('http', sections.http),
  ...keysOf('batches', sections.batches),
  ...keysOf('nats', sections.nats),
  ...keysOf('telemetry', sections.telemetry),
];

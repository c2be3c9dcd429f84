import type { Finding } from '../check.ts';
import type { ConfiguredProgram, Surroundings } from '../surroundings.ts';

/** The configuration can be used; says where each value that is not a default was given. */
export async function checkConfiguration({ configure }: Surroundings): Promise<Finding<ConfiguredProgram>> {
  const program = await configure();
  return { verdict: 'ok', detail: describeConfiguration(program), value: program };
}

/** Which settings are in force, in one line. */
export function describeConfiguration({ file, given }: Pick<ConfiguredProgram, 'file' | 'given'>): string {
  const settings = given.map(({ name, value, origin }) => `${name} = ${value} (${origin})`);
  return [
    file ?? 'no file',
    ...settings,
    settings.length === 0 ? 'everything is a default' : 'everything else is a default',
  ].join('; ');
}

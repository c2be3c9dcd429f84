import { addServer } from './add-server.ts';
import { addTomlServer } from './add-toml-server.ts';
import type { Client } from './client.ts';
import type { ServerEntry } from './server-entry.ts';

/**
 * The text of a client's file with the entry in its list, in the format of that client.
 *
 * @throws AppError `client-config-unusable`
 */
export function addEntry(
  text: string,
  file: string,
  { format, section }: Client,
  name: string,
  entry: ServerEntry,
): string {
  return format === 'toml'
    ? addTomlServer(text, file, section, name, entry)
    : addServer(text, file, section, name, entry);
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';

/** A context, as `docker context create` makes it. */
export interface WrittenContext {
  readonly name: string;
  readonly host: string;
  readonly skipTlsVerify?: boolean;
  /** Its TLS files by name. */
  readonly tls?: Readonly<Record<string, string>>;
}

/** Writes the contexts of a user into this home folder, and which of them is active. */
export async function writeContexts(
  home: string,
  contexts: readonly WrittenContext[],
  current: string | undefined = contexts[0]?.name,
): Promise<void> {
  const folder = path.join(home, '.docker');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'config.json'), JSON.stringify({ auths: {}, currentContext: current }));
  for (const { name, host, skipTlsVerify = false, tls = {} } of contexts) {
    const id = createHash('sha256').update(name).digest('hex');
    const meta = path.join(folder, 'contexts', 'meta', id);
    await mkdir(meta, { recursive: true });
    const endpoint = { Host: host, SkipTLSVerify: skipTlsVerify };
    await writeFile(
      path.join(meta, 'meta.json'),
      JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: endpoint } }),
    );
    const material = path.join(folder, 'contexts', 'tls', id, 'docker');
    if (Object.keys(tls).length > 0) await mkdir(material, { recursive: true });
    for (const [file, text] of Object.entries(tls)) await writeFile(path.join(material, file), text);
  }
}

/** Leaves a socket behind, as a process that was killed does. */
export async function leaveSocket(socketPath: string): Promise<void> {
  await mkdir(path.dirname(socketPath), { recursive: true });
  const server = createServer().listen(`${socketPath}.alive`);
  await once(server, 'listening');
  await rename(`${socketPath}.alive`, socketPath);
  server.close();
  await once(server, 'close');
}

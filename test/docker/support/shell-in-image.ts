import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';

/** What a shell command prints in a container of an image, as its user or another, and with the file system that it gives. */
export async function shellInImage(docker: Docker, image: string, command: string, user?: string): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: ['sh', '-c', command],
    Tty: true,
    ...(user !== undefined && { User: user }),
    HostConfig: { NetworkMode: 'none' },
  });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    return (await text(stream)).replaceAll('\r\n', '\n').trimEnd();
  } finally {
    await container.remove({ force: true });
  }
}

import { formatBytes } from '../../core/bytes.ts';
import { describePackages, describeToolchain, listImages, type ListedImage } from '../../image/list-images.ts';
import { engineClient } from '../../app/engine-client.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/** Lists the sandbox images on the engine. @returns the exit code */
export async function listSandboxImages(options: { json?: true | undefined }, terminal: Terminal): Promise<number> {
  const images = await listImages(await engineClient());
  if (options.json === true) {
    const shown = images.map((image) =>
      'unusable' in image ? { ...image, unusable: image.unusable.message } : { ...image },
    );
    terminal.out(`${JSON.stringify(shown)}\n`);
    return exitCodes.success;
  }
  if (images.length === 0) terminal.say('There is no sandbox image. Build one with `lean-docker-mcp image build`.');
  for (const image of images) terminal.out(`${describe(image).join('\n  ')}\n`);
  return exitCodes.success;
}

function describe(image: ListedImage): string[] {
  const name = image.names.join(', ') || image.id;
  const content = 'unusable' in image ? image.unusable.message : describeToolchain(image.toolchain);
  const packages = 'unusable' in image ? [] : describePackages(image.packages ?? []);
  return [`${name}  ${formatBytes(image.size)}  ${content}`, ...packages];
}

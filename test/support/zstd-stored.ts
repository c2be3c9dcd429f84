const magic = [0x28, 0xb5, 0x2f, 0xfd];
/** No content size, no checksum; a window of 128 KiB. */
const frameHeader = [0x00, 0x38];
const maxBlock = 128 * 1024;

/** The bytes as Zstandard data that is not compressed: what `zstd` would make of noise. */
export function zstdStored(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  let at = 0;
  do {
    const block = bytes.subarray(at, at + maxBlock);
    at += maxBlock;
    const header = Buffer.alloc(3);
    header.writeUIntLE((at >= bytes.length ? 1 : 0) | (block.length << 3), 0, 3);
    blocks.push(header, block);
  } while (at < bytes.length);
  return Buffer.concat([Buffer.from([...magic, ...frameHeader]), ...blocks]);
}

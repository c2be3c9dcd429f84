/*
 * The few facts that are needed of a Linux program or shared library (ELF, 64 bit, little-endian): its architecture and
 * the libraries it asks for. https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 */
import { open, type FileHandle } from 'node:fs/promises';
import type { Architecture } from '../architecture.ts';

export interface ElfFile {
  /** Absent when Lean is not released for it. */
  readonly architecture?: Architecture;
  /** File names of the shared libraries it needs (DT_NEEDED). */
  readonly needed: readonly string[];
}

const architectures: Readonly<Record<number, Architecture>> = { 62: 'x86_64', 183: 'aarch64' };
const headerSize = 64;
const programHeaderSize = 56;
const segmentLoad = 1;
const segmentDynamic = 2;
const tagEnd = 0n;
const tagNeeded = 1n;
const tagStringTable = 5n;
/** More than any real file has; what claims more is not read. */
const maxTable = 1 << 20;
const maxNameLength = 4096;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: bigint;
  readonly size: number;
}

/**
 * Reads the facts from a file.
 *
 * @returns `undefined` when the file is not such an ELF file, or is damaged; throws only what the file system throws
 */
export async function readElfFile(file: string): Promise<ElfFile | undefined> {
  await using handle = await open(file);
  const header = await readAt(handle, 0, headerSize);
  if (header === undefined || header.toString('latin1', 0, 6) !== '\u007fELF\u0002\u0001') return undefined;
  const architecture = architectures[header.readUInt16LE(18)];
  const segments = await readSegments(handle, header);
  const needed = segments === undefined ? undefined : await readNeeded(handle, segments);
  return needed && { needed, ...(architecture !== undefined && { architecture }) };
}

async function readSegments(handle: FileHandle, header: Buffer): Promise<Segment[] | undefined> {
  const count = header.readUInt16LE(56);
  if (count > 0 && header.readUInt16LE(54) !== programHeaderSize) return undefined;
  const table = await readAt(handle, Number(header.readBigUInt64LE(32)), count * programHeaderSize);
  if (table === undefined) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const at = index * programHeaderSize;
    return {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: table.readBigUInt64LE(at + 16),
      size: Number(table.readBigUInt64LE(at + 32)),
    };
  });
}

/** The names in the dynamic section; none when the file has no such section, as a statically linked program. */
async function readNeeded(handle: FileHandle, segments: readonly Segment[]): Promise<string[] | undefined> {
  const dynamic = segments.find(({ type }) => type === segmentDynamic);
  if (dynamic === undefined) return [];
  const section = await readAt(handle, dynamic.offset, dynamic.size);
  if (section === undefined) return undefined;
  const nameOffsets: bigint[] = [];
  let stringTable: bigint | undefined;
  for (let at = 0; at + 16 <= section.length; at += 16) {
    const tag = section.readBigInt64LE(at);
    const value = section.readBigUInt64LE(at + 8);
    if (tag === tagEnd) break;
    if (tag === tagNeeded) nameOffsets.push(value);
    if (tag === tagStringTable) stringTable = value;
  }
  if (nameOffsets.length === 0) return [];
  const strings = stringTable === undefined ? undefined : fileOffset(segments, stringTable);
  if (strings === undefined) return undefined;
  const names: string[] = [];
  for (const offset of nameOffsets) {
    const name = await readName(handle, strings + Number(offset));
    if (name === undefined) return undefined;
    names.push(name);
  }
  return names;
}

/** Where in the file the bytes are that are loaded at this address. */
function fileOffset(segments: readonly Segment[], address: bigint): number | undefined {
  const segment = segments.find(
    ({ type, address: start, size }) => type === segmentLoad && address >= start && address < start + BigInt(size),
  );
  return segment && segment.offset + Number(address - segment.address);
}

async function readName(handle: FileHandle, offset: number): Promise<string | undefined> {
  if (!Number.isSafeInteger(offset)) return undefined;
  const buffer = Buffer.alloc(maxNameLength);
  const { bytesRead } = await handle.read(buffer, 0, maxNameLength, offset);
  const end = buffer.subarray(0, bytesRead).indexOf(0);
  return end > 0 ? buffer.toString('utf8', 0, end) : undefined;
}

/** Exactly these bytes; `undefined` when the file does not have them. */
async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer | undefined> {
  if (!Number.isSafeInteger(offset) || length > maxTable) return undefined;
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, offset);
  return bytesRead === length ? buffer : undefined;
}

/** The numbers of architectures in ELF headers. */
export const elfMachines = { x86_64: 62, aarch64: 183, riscv: 243 } as const;

/** A file that looks like a Linux program or library for whoever reads its headers: it asks for these libraries. */
export function elfImage(needed: readonly string[], machine: number = elfMachines.x86_64): Buffer {
  const names = Buffer.from(`\0${needed.map((name) => `${name}\0`).join('')}`);
  const headersEnd = 64 + 2 * 56;
  const dynamic = Buffer.alloc((needed.length + 2) * 16);
  let nameOffset = 1;
  needed.forEach((name, index) => {
    dynamic.writeBigInt64LE(1n, index * 16);
    dynamic.writeBigUInt64LE(BigInt(nameOffset), index * 16 + 8);
    nameOffset += name.length + 1;
  });
  const base = 0x400000;
  const dynamicAt = headersEnd + names.length;
  dynamic.writeBigInt64LE(5n, needed.length * 16);
  dynamic.writeBigUInt64LE(BigInt(base + headersEnd), needed.length * 16 + 8);

  const header = Buffer.alloc(64);
  header.write('\u007fELF\u0002\u0001\u0001', 'latin1');
  header.writeUInt16LE(machine, 18);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(2, 56);
  const total = dynamicAt + dynamic.length;
  return Buffer.concat([
    header,
    programHeader(1, 0, base, total),
    programHeader(2, dynamicAt, base + dynamicAt, dynamic.length),
    names,
    dynamic,
  ]);
}

function programHeader(type: number, offset: number, address: number, size: number): Buffer {
  const header = Buffer.alloc(56);
  header.writeUInt32LE(type, 0);
  header.writeBigUInt64LE(BigInt(offset), 8);
  header.writeBigUInt64LE(BigInt(address), 16);
  header.writeBigUInt64LE(BigInt(size), 32);
  return header;
}

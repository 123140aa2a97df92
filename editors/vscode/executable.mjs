// Which machine a program is for, by its own header.

const ELF = { 0x3e: 'x64', 0xb7: 'arm64' };
const PE = { 0x8664: 'x64', 0xaa64: 'arm64' };
const MACH = { 0x01000007: 'x64', 0x0100000c: 'arm64' };

/**
 * The targets of VS Code that a program runs on, such as `linux-x64`; none if it is no program we know. One that
 * needs glibc doesn't run on Alpine, one that needs musl runs nowhere else, one that needs neither on both.
 */
export function targetsOf(bytes) {
  if (bytes.length < 64) return [];
  if (bytes.readUInt32BE(0) === 0x7f454c46) return elf(bytes);
  if (bytes.toString('latin1', 0, 2) === 'MZ') return pe(bytes);
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return darwin([bytes.readUInt32LE(4)]);
  if (bytes.readUInt32BE(0) === 0xcafebabe) {
    const count = Math.min(bytes.readUInt32BE(4), Math.floor((bytes.length - 8) / 20));
    return darwin(Array.from({ length: count }, (_, nth) => bytes.readUInt32BE(8 + 20 * nth)));
  }
  return [];
}

function elf(bytes) {
  const machine = ELF[bytes.readUInt16LE(18)];
  const is64 = bytes[4] === 2 && bytes[5] === 1;
  if (machine === undefined || !is64) return [];
  const loader = loaderOf(bytes);
  if (loader === undefined) return [`linux-${machine}`, `alpine-${machine}`];
  return [loader.includes('ld-musl') ? `alpine-${machine}` : `linux-${machine}`];
}

/** The loader that a program asks for; one that is linked statically asks for none. */
function loaderOf(bytes) {
  const [at, size, count] = [Number(bytes.readBigUInt64LE(32)), bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
  for (let nth = 0; nth < count; nth += 1) {
    const header = at + nth * size;
    if (header + 56 > bytes.length) return undefined;
    if (bytes.readUInt32LE(header) === 3) {
      const from = Number(bytes.readBigUInt64LE(header + 8));
      return bytes.toString('latin1', from, from + Number(bytes.readBigUInt64LE(header + 32)));
    }
  }
  return undefined;
}

function pe(bytes) {
  const at = bytes.readUInt32LE(0x3c);
  if (at + 6 > bytes.length || bytes.toString('latin1', at, at + 4) !== 'PE\0\0') return [];
  const machine = PE[bytes.readUInt16LE(at + 4)];
  return machine === undefined ? [] : [`win32-${machine}`];
}

function darwin(types) {
  return types.flatMap((type) => (MACH[type] === undefined ? [] : [`darwin-${MACH[type]}`]));
}

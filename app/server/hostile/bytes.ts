import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { crc32, createDeflate } from 'node:zlib';

/** Files that nobody means well with, byte by byte. */

/** A byte for each letter. */
export const latin1 = (text: string) => Buffer.from(text, 'latin1');
/** Two bytes for each letter, after a mark that says so. */
export const utf16 = (text: string) =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
/** What comes before, and what more there is behind it. */
export const after = (bytes: Buffer, ...more: (string | Buffer)[]) =>
  Buffer.concat([bytes, ...more.map((each) => Buffer.from(each as string))]);

function pngChunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
/** A PNG of one bit for each pixel that says how large it is, over whatever bytes. */
export function png(side: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', pixels), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([latin1('\x89PNG\r\n\x1a\n'), ...chunks]);
}
/** So many zeros, packed and never held at once. */
export async function packedZeros(bytes: number): Promise<Buffer> {
  const stream = createDeflate();
  const packed = buffer(stream);
  const block = Buffer.alloc(2 ** 20);
  for (let left = bytes; left > 0; left -= block.length)
    if (!stream.write(block.subarray(0, Math.min(left, block.length)))) await once(stream, 'drain');
  stream.end();
  return packed;
}
/** A ZIP of one packed file, by its local header and its directory. */
export function zip(name: string, packed: Buffer, unpackedBytes: number): Buffer {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4); // deflate
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(unpackedBytes, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([latin1('PK\x03\x04'), common, latin1(name), packed]);
  const entry = Buffer.concat([latin1('PK\x01\x02\x14\x00'), common, Buffer.alloc(14), latin1(name)]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(entry.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, entry, latin1('PK\x05\x06'), end]);
}

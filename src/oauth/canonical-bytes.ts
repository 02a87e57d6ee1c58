/**
 * One byte string for a list of texts, and never the same one for two different lists: each part carries its
 * length. UTF-16, because ids may hold lone surrogates, which UTF-8 would all turn into the same character.
 */
export function canonicalBytes(parts: readonly (string | undefined)[]): Buffer {
  const chunks: Buffer[] = []
  for (const part of parts) {
    const bytes = Buffer.from(part ?? '', 'utf16le')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(part === undefined ? ABSENT : bytes.length)
    chunks.push(length, bytes)
  }
  return Buffer.concat(chunks)
}

const ABSENT = 0xff_ff_ff_ff

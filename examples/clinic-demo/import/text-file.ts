import { open, stat } from 'node:fs/promises'
import { UsageError } from '../options.ts'

/** Small enough for its text to be young: larger strings stay until a full collection. */
const CHUNK = 32 * 1024

/** Answers the kind, or throws UsageError saying what is wrong with the file. */
export async function checkFile(path: string): Promise<'csv' | 'ics'> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : (error.code ?? 'it cannot be read')
    throw new UsageError(`Cannot import ${path}: ${why}.`)
  })
  if (found.isDirectory()) throw new UsageError(`Cannot import ${path}: it is a directory.`)
  if (!found.isFile()) throw new UsageError(`Cannot import ${path}: it is not a plain file.`)
  if (found.size === 0) throw new UsageError(`Cannot import ${path}: it is empty.`)
  const kind = /\.(csv|ics)$/i.exec(path)?.[1]?.toLowerCase()
  if (kind !== 'csv' && kind !== 'ics')
    throw new UsageError(`Cannot import ${path}: its name must end in .csv or .ics.`)
  return kind
}

/** The text of a file, chunk by chunk: UTF-8, or UTF-16 with a byte order mark. */
export async function* readText(path: string): AsyncGenerator<string> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`Cannot read ${path}: ${error.code ?? 'it cannot be opened'}.`)
  })
  try {
    const buffer = Buffer.alloc(CHUNK)
    let decoder: TextDecoder | undefined
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK)
      const bytes = buffer.subarray(0, bytesRead)
      if (!decoder) {
        decoder = new TextDecoder(encodingOf(bytes))
        checkIsText(path, new TextDecoder(decoder.encoding).decode(bytes))
      }
      const text = decoder.decode(bytes, { stream: bytesRead > 0 })
      if (text !== '') yield text
      if (bytesRead === 0) return
    }
  } finally {
    await file.close()
  }
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/** Some odd characters are a row's own trouble; many mean that this is something else than text. */
function checkIsText(path: string, text: string): void {
  let odd = 0
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    if (code === 0xfffd || code === 0x7f || (code < 0x20 && !'\t\n\r\f'.includes(char))) odd++
  }
  if (odd > text.length * 0.05)
    throw new UsageError(`Cannot import ${path}: it does not look like text in UTF-8 or UTF-16.`)
  if (text.trim() === '') throw new UsageError(`Cannot import ${path}: it holds nothing but white space.`)
}
